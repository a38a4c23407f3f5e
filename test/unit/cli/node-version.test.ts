import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeRefusal, OLDEST_NODE } from '../../../src/main/cli/node-version.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('the oldest Node', () => {
  it('is the same number in the command, package.json, README and CONTRIBUTING', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    expect(engines.node).toBe(`>=${String(OLDEST_NODE)}`);
    for (const document of ['README.md', 'CONTRIBUTING.md']) {
      expect(read(document)).toMatch(new RegExp(`Node(?:\\.js)? ${String(OLDEST_NODE)} or newer`));
    }
    expect(read('README.md')).not.toMatch(/Node\.js \(20/);
  });

  it('is told in one sentence to an older one, and in none to a newer one', () => {
    expect(nodeRefusal('20.19.2')).toMatch(
      /^OpenMover needs Node 22 or newer, and this is Node 20\.19\.2: .*\.$/,
    );
    for (const version of ['22.0.0', '24.21.0', '100.0.0']) expect(nodeRefusal(version)).toBeUndefined();
  });

  it('is looked at before anything else is loaded: the command’s first file imports nothing but that', () => {
    const imports = [...read('src/main/cli/index.ts').matchAll(/^import .* from '(.*)';$/gm)].map(
      ([, from]) => from,
    );
    expect(imports).toEqual(['./node-version.ts']);
    expect(read('src/main/cli/node-version.ts')).not.toMatch(/^import /m);
  });
});
