/** What an editor shows of the package's exports. */
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Names of an entry's exports that have no documentation, where they are declared. */
function undocumented(entry: string): string[] {
  const path = join(ROOT, 'tsconfig.json');
  const { config } = ts.readConfigFile(path, (each) => ts.sys.readFile(each)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const program = ts.createProgram([join(ROOT, entry)], options);
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(join(ROOT, entry));
  const exported = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  if (exported === undefined) throw new Error(`${entry} exports nothing`);
  return checker
    .getExportsOfModule(exported)
    .map((symbol) =>
      (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol),
    )
    .filter((symbol) => symbol.getDocumentationComment(checker).length === 0)
    .map(({ name }) => name);
}

describe('the public entries', () => {
  it.each(['src/transfer/index.ts', 'src/transfer/testing/index.ts'])(
    'every export of %s says in an editor what it is for',
    (entry) => {
      expect(undocumented(entry)).toEqual([]);
    },
    60_000,
  );
});
