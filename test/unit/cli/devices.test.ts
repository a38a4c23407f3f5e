import { describe, expect, it } from 'vitest';
import type { DeviceIo, Engine } from '../../../src/main/terminal/engine.ts';
import { asyncOf } from '../../support/async-of.ts';
import { MoverError } from '../../../src/transfer/errors.ts';
import { fakeIo, jsonLines } from './fake-io.ts';
import { SOURCE } from './fake-engine.ts';
import { run } from './run.ts';

const PHONE = {
  device: 'android:pixel-7',
  kind: 'computer',
  name: 'Pixel\u001b[2J 7',
  state: 'unauthorized',
  action: 'Tap Allow.',
} as const;

describe('mover devices', () => {
  const listDevices = () => asyncOf([PHONE]);

  it('says for each what opens it and what it needs, its name escaped', async () => {
    const { exitCode, out } = await run(['devices'], { engine: { listDevices } });
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^android:pixel-7 +Pixel\\u\{1b\}\[2J 7\n +Tap Allow\.\n$/);
  });

  it('prints one JSON object a line', async () => {
    const { out } = await run(['devices', '--json'], { engine: { listDevices } });
    expect(jsonLines(out)).toEqual([{ event: 'device', ...PHONE }]);
  });

  it('says so when there is none', async () => {
    const { exitCode, out } = await run(['devices']);
    expect([exitCode, out]).toEqual([0, expect.stringMatching(/^No device was found/)]);
  });
});

describe('a device that asks', () => {
  /** Opens a device that asks for passwords until one is right. */
  const locked =
    (answers: (string | undefined)[]): Engine['openSource'] =>
    async (_spec, io: DeviceIo) => {
      io.tell({ message: 'It is locked.', action: 'Unlock it.' });
      for (let wrong = false; ; wrong = true) {
        const password = await io.askPassword({ message: 'Password of this backup:', wrong });
        const text = password?.use((value) => value);
        answers.push(text);
        if (text === undefined) throw new MoverError(wrong ? 'PASSWORD_WRONG' : 'PASSWORD_NEEDED');
        if (text === 'right') return SOURCE;
      }
    };

  it('is answered from standard input, once', async () => {
    const io = fakeIo();
    io.input.write('{"password":"wrong","more":1}\n');
    const answers: (string | undefined)[] = [];
    const ran = await run(['inspect', 'icloud', '--json', '--secrets-stdin'], {
      io,
      engine: { openSource: locked(answers) },
    });
    expect(answers).toEqual(['wrong', undefined]);
    expect(ran.exitCode).toBe(8);
    expect(jsonLines(ran.out)).toMatchObject([
      { event: 'device', message: 'It is locked.', action: 'Unlock it.' },
      { event: 'error', code: 'PASSWORD_WRONG' },
    ]);
    expect(ran.out + ran.err).not.toContain('"wrong"');
  });

  it('ends an unattended run with exit code 8', async () => {
    const { exitCode, err } = await run(['inspect', 'icloud'], { engine: { openSource: locked([]) } });
    expect([exitCode, err]).toEqual([8, expect.stringContaining('A password is needed')]);
  });

  it('is answered on the terminal, where what is typed is not shown, as often as the person wants', async () => {
    const io = fakeIo({ terminal: true });
    const answers: (string | undefined)[] = [];
    io.errors.on('data', (bytes: Buffer) => {
      if (bytes.toString().startsWith('Password'))
        io.input.write(answers.length === 0 ? 'hunter2\r' : 'right\r');
    });
    const { exitCode, out, err } = await run(['inspect', 'phone'], {
      io,
      engine: { openSource: locked(answers) },
    });
    expect(answers).toEqual(['hunter2', 'right']);
    expect(exitCode).toBe(0);
    expect(out + err).not.toMatch(/hunter2|right/);
  });
});
