import { describe, expect, it } from 'vitest';
import type { Engine, SendRequest, SourceSpec } from '../../../src/main/terminal/engine.ts';
import type { AppFacts } from '../../../src/transfer/compat/facts.ts';
import { MoverError } from '../../../src/transfer/errors.ts';
import type { Choice, Plan } from '../../../src/transfer/session/events.ts';
import { found, RECEIPT, SOURCE } from './fake-engine.ts';
import { fakeIo, type FakeIo, jsonLines } from './fake-io.ts';
import { run } from './run.ts';

const TOO_NEW: AppFacts = {
  package: 'cannot',
  label: 'Too new',
  versionCode: 1,
  minSdk: 34,
  targetSdk: 34,
  abis: [],
  requiredFeatures: [],
  requiredLibraries: [],
  signers: [],
  lineage: [],
  splits: [],
  splitsRequired: false,
  requiredSplitTypes: [],
  needsGoogle: false,
  needsHuawei: false,
  testOnly: false,
  sizeBytes: 1,
};

const PLAN: Plan = {
  peer: { platform: 'android', name: 'New phone', android: { sdk: 30, abis: [], installed: [] } },
  kinds: ['contacts', 'apps', 'files'],
  verdicts: [
    { package: 'runs', verdict: 'yes', reasons: [] },
    { package: 'may.run', verdict: 'warning', reasons: [] },
    { package: 'there', verdict: 'skip', reasons: ['ALREADY_THERE', 'DATA_STAYS'] },
    { package: 'cannot', verdict: 'no', reasons: ['OLDER_SDK', 'DATA_STAYS'] },
  ],
  freeBytes: 212_000_000_000,
};

function asking(unreachable: readonly string[] = [], plan = PLAN) {
  const seen = { tried: [] as string[], codes: [] as string[], choice: undefined as Choice | undefined };
  let spec: SourceSpec | undefined;
  let last: SendRequest | undefined;
  const engine: Partial<Engine> = {
    openSource: (asked) => {
      spec = asked;
      return Promise.resolve(SOURCE);
    },
    send: async (request) => {
      last = request;
      seen.tried.push(`${request.to.host}:${String(request.to.port)}`);
      seen.codes.push(request.code.use((code) => code));
      // As the real one does, whatever comes of it.
      request.code.wipe();
      request.androidId?.wipe();
      if (unreachable.includes(request.to.host)) throw new MoverError('UNREACHABLE');
      request.onEvent({ type: 'offer', offer: { peer: PLAN.peer, kinds: [], apps: [TOO_NEW] } });
      seen.choice = await request.onPlan(plan);
      if (seen.choice === undefined) throw new MoverError('CANCELLED');
      return RECEIPT;
    },
  };
  return { seen, engine, spec: () => spec, request: () => last };
}

function piped(line: object): FakeIo {
  const io = fakeIo();
  io.input.write(`${JSON.stringify(line)}\n`);
  return io;
}

const SECRETS = { code: '123456' };

describe('mover send', () => {
  it('moves a device folder to an address with the code of standard input', async () => {
    const { seen, engine, spec, request } = asking();
    const args = [
      'send',
      '--from',
      'd',
      '--to',
      '[::1]:7',
      '--lanes',
      '3',
      '--only',
      'files',
      '--secrets-stdin',
    ];
    const { exitCode } = await run(args, { engine, io: piped({ ...SECRETS, androidId: 'x' }) });
    expect(exitCode).toBe(0);
    expect(seen).toMatchObject({ tried: ['::1:7'], codes: ['123456'] });
    expect(spec()).toEqual({ from: 'd' });
    expect(request()).toMatchObject({ lanes: 3, kinds: ['files'] });
  });

  it('escapes what the new device calls itself', async () => {
    const { engine } = asking([], { ...PLAN, peer: { ...PLAN.peer, name: 'evil\u001b[2J\u202e' } });
    const { out } = await run(['send', '--from', 'd', '--to', 'h:1', '--yes', '--secrets-stdin'], {
      engine,
      io: piped(SECRETS),
    });
    expect(out).toContain('evil\\u{1b}[2J');
    expect(out).not.toMatch(/\u001b|\u202e/);
  });

  it('moves lists of files', async () => {
    const { engine, spec } = asking();
    const lists = ['--contacts', 'a.vcf', 'b.vcf', '--files', 'f', '--apps', 'p'];
    await run(['send', ...lists, '--to', 'h:1', '--secrets-stdin'], { engine, io: piped(SECRETS) });
    expect(spec()).toEqual({ contacts: ['a.vcf', 'b.vcf'], files: ['f'], apps: 'p' });
  });

  it('moves the apps that can run there and no other, unattended', async () => {
    const { seen, engine } = asking();
    await run(['send', '--from', 'd', '--to', 'h:1', '--yes', '--secrets-stdin'], {
      engine,
      io: piped(SECRETS),
    });
    expect(seen.choice).toEqual({ kinds: PLAN.kinds, apps: ['runs', 'may.run'] });
  });

  it('--all-apps moves those too that cannot run there, after a warning that says why', async () => {
    const { seen, engine } = asking();
    const io = fakeIo({ terminal: true });
    for (const line of ['471902\n', '\n']) io.input.write(line);
    const { out } = await run(['send', '--from', 'd', '--to', 'h:1', '--all-apps'], { engine, io });
    expect(seen.choice).toEqual({ kinds: PLAN.kinds, apps: ['runs', 'may.run', 'cannot'] });
    expect(out).toMatch(
      /Warning: these cannot run there.*--all-apps.*:\n {2}Needs Android 14 or newer: Too new \(cannot\)\n/,
    );
  });

  it('says of every app that stays why it stays', async () => {
    const { seen, engine } = asking();
    const io = fakeIo({ terminal: true });
    for (const line of ['471902\n', '\n']) io.input.write(line);
    const { out } = await run(['send', '--from', 'd', '--to', 'h:1'], { engine, io });
    expect(seen.choice?.apps).toEqual(['runs', 'may.run']);
    expect(out).toMatch(
      /Cannot run there, and stay here.*:\n {2}Needs Android 14 or newer: Too new \(cannot\)\n/,
    );
    expect(out).toMatch(/Need not move:\n {2}Already there: there\n/);
  });

  it('says that the new device makes a dry run', async () => {
    const { engine } = asking([], { ...PLAN, dryRun: true });
    const io = fakeIo({ terminal: true });
    for (const line of ['471902\n', '\n']) io.input.write(line);
    const { out } = await run(['send', '--from', 'd', '--to', 'h:1'], { engine, io });
    expect(out).toContain('It makes a dry run');
  });

  it('without a terminal and without --secrets-stdin it says how the code can be given', async () => {
    const { seen, engine } = asking();
    const { exitCode, err } = await run(['send', '--from', 'd', '--to', 'h:1'], { engine });
    expect([exitCode, seen.tried]).toEqual([2, []]);
    expect(err).toContain('--secrets-stdin');
  });

  it('a line of secrets without a code is not enough', async () => {
    const { engine } = asking();
    const { exitCode, err } = await run(['send', '--from', 'd', '--to', 'h:1', '--secrets-stdin'], {
      engine,
      io: piped({ ssid: 'Home' }),
    });
    expect([exitCode, err.includes('the code is needed')]).toEqual([2, true]);
  });

  it('a missing source is told before anything is asked or looked for', async () => {
    const openSource = () => Promise.reject(new MoverError('SOURCE_MISSING'));
    const { exitCode, out } = await run(['send', '--from', 'd', '--secrets-stdin', '--json'], {
      engine: { openSource },
    });
    expect([exitCode, jsonLines(out)[0]?.code]).toEqual([2, 'SOURCE_MISSING']);
  });

  it('asks for the code on a terminal until it is one, then what to move', async () => {
    const { seen, engine } = asking();
    const io = fakeIo({ terminal: true });
    for (const line of ['12345\n', '471 902\n', 'photos\n', 'files, contacts\n']) io.input.write(line);
    const { exitCode, out, err } = await run(['send', '--from', 'd', '--to', 'h:1'], { engine, io });
    expect(exitCode).toBe(0);
    expect(seen.codes).toEqual(['471902']);
    expect(err).toContain('A code has six digits');
    expect(err).toContain('takes names of contacts');
    expect(seen.choice?.kinds).toEqual(['contacts', 'files']);
    expect(out).toContain('212 GB are free there');
    expect(out).toContain('can move 1 · look at these 1 · there already 1 · cannot run there 1');
  });

  it('a person who declines cancels the move', async () => {
    const { engine } = asking();
    const io = fakeIo({ terminal: true });
    for (const line of ['471902\n', 'n\n']) io.input.write(line);
    const { exitCode } = await run(['send', '--from', 'd', '--to', 'h:1'], { engine, io });
    expect(exitCode).toBe(130);
  });

  it('the end of input at a question cancels the move', async () => {
    const { seen, engine } = asking();
    const io = fakeIo({ terminal: true });
    io.input.end();
    const { exitCode } = await run(['send', '--from', 'd', '--to', 'h:1'], { engine, io });
    expect([exitCode, seen.tried]).toEqual([130, []]);
  });
});

describe('which device is meant', () => {
  const otter = {
    name: 'blue otter',
    addresses: [
      { host: '10.0.0.1', port: 1 },
      { host: '10.0.0.2', port: 1 },
    ],
  };
  const hedgehog = { name: 'quiet hedgehog', addresses: [{ host: '10.0.0.3', port: 1 }] };
  const send = (args: readonly string[], engine: Partial<Engine>, io = piped(SECRETS)) =>
    run(['send', '--from', 'd', '--secrets-stdin', ...args], { engine, io });

  it('a name is found whatever its case', async () => {
    const { seen, engine } = asking();
    const discover = () => found([hedgehog, otter]);
    await send(['--to', 'Blue-Otter'], { ...engine, discover });
    expect(seen.tried).toEqual(['10.0.0.1:1']);
  });

  it('an address that is out of reach gives way to the next, with the same code', async () => {
    const { seen, engine } = asking(['10.0.0.1']);
    const { exitCode } = await send(
      ['--to', 'blue otter'],
      { ...engine, discover: () => found([otter]) },
      piped({ ...SECRETS, androidId: 'x' }),
    );
    expect(exitCode).toBe(0);
    expect(seen).toMatchObject({ tried: ['10.0.0.1:1', '10.0.0.2:1'], codes: ['123456', '123456'] });
  });

  it('a name nobody has is not found', async () => {
    const { engine } = asking();
    const { exitCode, err } = await send(['--to', 'red fox'], { ...engine, discover: () => found([otter]) });
    expect([exitCode, err]).toEqual([1, `${new MoverError('NOT_FOUND').message}\n`]);
  });

  it('the only one there is needs no name', async () => {
    const { seen, engine } = asking();
    await send([], { ...engine, discover: () => found([otter, otter]) });
    expect(seen.tried).toEqual(['10.0.0.1:1']);
  });

  it('nobody there is not found', async () => {
    const { engine } = asking();
    const { exitCode, out } = await send(['--json'], { ...engine, discover: () => found([]) });
    expect([exitCode, jsonLines(out)[0]?.code]).toEqual([1, 'NOT_FOUND']);
  });

  it('several and nobody to ask: their names are told, escaped', async () => {
    const { seen, engine } = asking();
    const discover = () => found([otter, { ...hedgehog, name: 'evil\u001b[2J' }]);
    const { exitCode, err } = await send([], { ...engine, discover });
    expect([exitCode, seen.tried]).toEqual([2, []]);
    expect(err).toContain('blue otter, evil\\u{1b}[2J');
  });

  it('several on a terminal: a numbered choice, their names escaped', async () => {
    const { seen, engine } = asking();
    const io = fakeIo({ terminal: true });
    for (const line of ['7\n', '2\n', '471902\n', '\n']) io.input.write(line);
    const discover = () => found([otter, { ...hedgehog, name: 'quiet\u001b[2J' }]);
    await run(['send', '--from', 'd'], { engine: { ...engine, discover }, io });
    expect(io.complained()).toContain('2  quiet\\u{1b}[2J');
    expect(seen.tried).toEqual(['10.0.0.3:1']);
  });
});
