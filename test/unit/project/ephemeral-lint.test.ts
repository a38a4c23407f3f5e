import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const eslint = new ESLint({
  overrideConfig: { rules: { 'ephemeral/no-text': 'error' } },
  ruleFilter: ({ ruleId }) => ruleId === 'ephemeral/no-text',
});

/** Lines of the body in which a leak is found; `code` is an `Ephemeral<string>`. */
async function leaks(body: string): Promise<number[]> {
  const head = [
    "import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';",
    "import * as fs from 'node:fs'; import { writeFileSync } from 'node:fs'; import { inspect } from 'node:util';",
    "const code = new Ephemeral('123456'); const event = { type: 'code', code }; const out = process.stdout;",
  ];
  // The text stands in for this very file, which the type checker knows.
  const [result] = await eslint.lintText([...head, body].join('\n'), {
    filePath: 'test/unit/project/ephemeral-lint.test.ts',
  });
  const messages = result?.messages ?? [];
  expect(messages.filter(({ fatal }) => fatal === true)).toEqual([]);
  return messages.map(({ line }) => line - head.length);
}

describe('the lint rule for ephemeral values', () => {
  it.each([
    'console.log(code);',
    'console.error("code", { code });',
    'JSON.stringify(event);',
    'JSON.stringify([code]);',
    'out.write(code);',
    'fs.writeFileSync("x", code);',
    'writeFileSync("x", code);',
    'void fs.promises.writeFile("x", code);',
    'String(code);',
    'inspect(event);',
    'structuredClone(event);',
    '`the code is ${code}`;',
    '"code " + code;',
    'JSON.stringify({ ...event });',
    'JSON.stringify(Math.random() > 1 ? undefined : code);',
  ])('finds %s', async (line) => {
    expect(await leaks(line)).toEqual([1]);
  });

  it('lets through what carries none', async () => {
    const fine = [
      'console.log("waiting", event.type, code.wiped);',
      'JSON.stringify({ type: event.type, at: new Date(), list: [1, 2], map: new Map() });',
      'fs.readFileSync("x"); out.write("done"); String(7); `${event.type}`; 1 + 2;',
      'code.use((digits) => digits.length);',
    ];
    expect(await leaks(fine.join('\n'))).toEqual([]);
  });
});
