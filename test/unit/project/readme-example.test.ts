/** The example of the README is what somebody copies first: it has to compile as it stands. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const EXAMPLE = join(ROOT, 'test', 'readme-example.ts');

it('the example of the README compiles against the public entry', () => {
  const [, example] = /```ts\n(.*?)```/s.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
  expect(example).toBeDefined();
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: ts.CompilerOptions };
  };
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, paths: { openmover: [join(ROOT, 'src/transfer/index.ts')] } },
    ROOT,
  );
  const host = ts.createCompilerHost(options);
  const readFile = host.getSourceFile.bind(host);
  host.getSourceFile = (path, target) =>
    path === EXAMPLE ? ts.createSourceFile(path, example ?? '', target) : readFile(path, target);
  const exists = host.fileExists.bind(host);
  host.fileExists = (path) => path === EXAMPLE || exists(path);
  const program = ts.createProgram([EXAMPLE], options, host);
  const source = program.getSourceFile(EXAMPLE);
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
}, 60_000);
