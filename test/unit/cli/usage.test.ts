import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { parseInvocation } from '../../../src/main/cli/program.ts';
import { jsonLines } from './fake-io.ts';
import { run } from './run.ts';

describe('what is typed wrong', () => {
  const wrong: Record<string, { args: string[]; says: RegExp }> = {
    'help of a command that is none': { args: ['help', 'nope'], says: /there is no command 'nope'/ },
    'a list followed by a flag': {
      args: ['send', '--files', 'd', '--contacts', '--yes'],
      says: /--contacts <files...>' argument missing/,
    },
    'an unknown command': { args: ['recieve'], says: /unknown command 'recieve'.*Did you mean receive/ },
    'an unknown flag': { args: ['receive', '--into', 'd', '--frob'], says: /unknown option '--frob'/ },
    'a flag without its value': { args: ['receive', '--into'], says: /argument missing/ },
    'a needed flag left out': { args: ['receive'], says: /--into <dir>' not specified/ },
    'an operand too many': { args: ['inspect', 'a', 'b'], says: /too many arguments/ },
    'a port of 0': { args: ['receive', '--into', 'd', '--port', '0'], says: /--port takes .* 1 to 65535/ },
    'a port that is too high': { args: ['receive', '--into', 'd', '--port', '65536'], says: /--port takes/ },
    'a port that is no number': { args: ['receive', '--into', 'd', '--port', '1e3'], says: /--port takes/ },
    'no lane': { args: ['send', '--from', 'd', '--lanes', '0'], says: /--lanes takes .* 1 to 16/ },
    'too many lanes': { args: ['send', '--from', 'd', '--lanes', '17'], says: /--lanes takes .* 1 to 16/ },
    'a kind that is none': {
      args: ['send', '--from', 'd', '--only', 'photos'],
      says: /--only takes names of/,
    },
    'an empty list of kinds': { args: ['receive', '--into', 'd', '--only', ','], says: /--only takes/ },
    'nothing to move': { args: ['send', '--to', 'h:1'], says: /say what to move/ },
    'a device and lists': {
      args: ['send', '--from', 'd', '--files', 'f'],
      says: /--from takes a whole device/,
    },
    'a profile that is none': { args: ['bench', '--profile', 'huge'], says: /large, small and phone/ },
    'seconds that are none': { args: ['discover', '--seconds', 'x'], says: /--seconds takes/ },
    'a name that is too long': { args: ['receive', '--into', 'd', '--name', 'x'.repeat(64)], says: /--name/ },
    'a name with an escape sequence': {
      args: ['receive', '--into', 'd', '--name', 'a\u001b[2J'],
      says: /--name/,
    },
  };
  for (const [what, { args, says }] of Object.entries(wrong)) {
    it(`${what} is refused with one sentence and exit code 2`, async () => {
      const { exitCode, out, err } = await run(args);
      expect(exitCode).toBe(2);
      expect(out).toBe('');
      expect(err).toMatch(says);
      expect(err.trimEnd().split('\n')).toHaveLength(1);
    });

    it(`${what} is refused as one JSON line with --json`, async () => {
      const { exitCode, out, err } = await run([...args, '--json']);
      expect(exitCode).toBe(2);
      expect(err).toBe('');
      // A flag whose value is missing takes --json for it: still told as JSON, and as what it is.
      expect(jsonLines(out)).toEqual([
        { event: 'error', code: 'USAGE', message: expect.any(String) as string },
      ]);
    });
  }

  it('an escape sequence in an argument does not reach the terminal', async () => {
    const { err } = await run(['\u001b]0;title\u0007']);
    expect(err).toContain('\\u{1b}');
    expect(err).not.toContain('\u001b');
  });
});

describe('paths', () => {
  it('a ~ behind an equals sign is the home folder, as it is at the start of a word', () => {
    const home = homedir();
    const asked = (args: string[]): unknown => {
      const invocation = parseInvocation(args, '1');
      return invocation.type === 'run' ? [invocation.operands, invocation.options] : invocation;
    };
    expect(asked(['receive', '--into=~/New'])).toEqual([[], { into: `${home}/New`, undo: true }]);
    expect(asked(['send', '--files', '~', '~x/a'])).toEqual([[], { files: [home, '~x/a'] }]);
    expect(asked(['inspect', '~/a', '--left-behind=~/l'])).toEqual([
      [`${home}/a`],
      { leftBehind: `${home}/l` },
    ]);
  });
});

describe('help and version', () => {
  it('the command alone shows its help and ends well', async () => {
    const { exitCode, out, err } = await run([]);
    expect([exitCode, err]).toEqual([0, '']);
    expect(out).toMatch(/^Usage: mover/);
    expect(out).toContain('Examples:');
  });

  it('--version prints the version alone', async () => {
    expect(await run(['--version'])).toEqual({ exitCode: 0, out: '1.2.3\n', err: '' });
  });

  it('--help shows every command and examples', async () => {
    const { exitCode, out } = await run(['--help']);
    expect(exitCode).toBe(0);
    const commands = ['receive', 'send', 'discover', 'inspect', 'apps', 'bench', 'verify-privacy', 'sample'];
    for (const command of commands) expect(out).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    expect(out).toContain('Examples:');
    expect(out).toContain('mover receive --into');
  });

  it('a command has help of its own', async () => {
    const { exitCode, out } = await run(['send', '--help']);
    expect(exitCode).toBe(0);
    for (const flag of ['--from', '--to', '--only', '--lanes', '--yes', '--json', '--secrets-stdin']) {
      expect(out).toContain(flag);
    }
  });
});
