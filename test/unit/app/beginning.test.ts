/** What is so before the window opens, and after it has closed. */
import { fork } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Shutdown } from '../../../src/main/app/shutdown.ts';
import { maxMoves } from '../../../src/main/app/max-moves.ts';
import { ownFolders } from '../../../src/main/app/own-folders.ts';
import { makeProfile } from '../../../src/main/app/profile.ts';
import { becomeInstance, instanceAddress } from '../../../src/main/app/single-instance.ts';
import { quietChromium, refuseUnsafeSwitches } from '../../../src/main/app/switches.ts';
import { scratchFolder } from '../../support/scratch.ts';

/** No process has it: Linux and macOS stay far below. */
const NOBODY = 2_147_483_646;

describe('the profile folder', () => {
  it('is new and empty for each run, and gone after it', () => {
    const parent = scratchFolder();
    const first = makeProfile(parent);
    const second = makeProfile(parent);
    expect(first.folder).not.toBe(second.folder);
    writeFileSync(join(first.folder, 'Cookies'), 'x');
    first.remove();
    first.remove();
    expect(existsSync(first.folder)).toBe(false);
    expect(existsSync(second.folder)).toBe(true);
  });

  it('of a killed app is removed by the next one, and nothing else is', () => {
    const parent = scratchFolder();
    const abandoned = join(parent, `openmover-app-${NOBODY}-AbC123`);
    const others = [
      `openmover-app-${process.pid}-AbC123`,
      'openmover-app-me-AbC123',
      `openmover-app-${NOBODY}-AbC123-mine`,
    ].map((name) => join(parent, name));
    for (const folder of [abandoned, ...others])
      mkdirSync(join(folder, 'Local Storage'), { recursive: true });
    const file = join(parent, `openmover-app-${NOBODY}-AbC124`);
    writeFileSync(file, '');
    makeProfile(parent);
    expect(existsSync(abandoned)).toBe(false);
    expect([...others, file].every((path) => existsSync(path))).toBe(true);
  });
});

describe('a second start', () => {
  it('shows the first app and goes', async () => {
    const address = join(scratchFolder(), 'app.sock');
    const shown = vi.fn();
    const first = await becomeInstance(address, shown);
    onTestFinished(() => first?.close());
    expect(first).toBeDefined();
    expect(await becomeInstance(address, () => undefined)).toBeUndefined();
    expect(shown).toHaveBeenCalledOnce();
  });

  it('after a killed app is a first one', async () => {
    const address = join(scratchFolder(), 'app.sock');
    // What a killed process leaves: a name that nobody listens at.
    const script = join(scratchFolder(), 'listen.mjs');
    writeFileSync(
      script,
      `import { createServer } from 'node:net'; createServer().listen(${JSON.stringify(address)}, () => process.kill(process.pid, 'SIGKILL'));`,
    );
    const child = fork(script, { execArgv: [] });
    await new Promise((resolve) => child.once('exit', resolve));
    expect(existsSync(address)).toBe(true);
    const first = await becomeInstance(address, () => undefined);
    onTestFinished(() => first?.close());
    expect(first).toBeDefined();
  });

  it('is not kept from starting by something that stands in the way, which stays', async () => {
    const address = join(scratchFolder(), 'app.sock');
    writeFileSync(address, 'mine');
    expect(await becomeInstance(address, () => undefined)).toBeDefined();
    expect(existsSync(address)).toBe(true);
  });

  it('by another person on the computer meets nobody, and no address names one', () => {
    const ann = instanceAddress('/home/ann', 'linux');
    expect(ann).not.toBe(instanceAddress('/home/bob', 'linux'));
    expect(basename(ann)).not.toContain('ann');
    expect(instanceAddress('C:\\Users\\ann', 'win32')).toMatch(/^\\\\\.\\pipe\\openmover-[0-9a-f]{16}$/);
  });
});

describe('Chromium', () => {
  it.each([
    '--ssl-key-log-file=/tmp/keys',
    '--log-net-log',
    '--log-file=x',
    '--enable-logging=file',
    '--js-flags=--prof',
    '--trace-startup',
    '--remote-debugging-port=9222',
    '--REMOTE-DEBUGGING-PORT=9222',
    '-remote-debugging-pipe',
    '--remote-allow-origins=*',
    '--inspect-brk',
    '--user-data-dir=/tmp/kept',
    '--a-switch-of-a-later-chromium',
  ])('is not started with %s', (argument) => {
    const refused = expect.objectContaining({ code: 'UNSAFE_RUNTIME' }) as Error;
    expect(() => {
      refuseUnsafeSwitches(['--lang=es', argument], false);
    }).toThrow(refused);
  });

  it('lets only a build for tests be driven by a debugger, by the two switches that takes', () => {
    const driven = ['--inspect=0', '--remote-debugging-port=0', '--no-sandbox'];
    expect(() => {
      refuseUnsafeSwitches(driven, true);
    }).not.toThrow();
    for (const [argv, inspectable] of [
      [driven, false],
      [['--remote-debugging-pipe'], true],
    ] as const) {
      expect(() => {
        refuseUnsafeSwitches(argv, inspectable);
      }).toThrow(expect.objectContaining({ code: 'UNSAFE_RUNTIME' }));
    }
  });

  it('is started with what a desktop or a person gives it', () => {
    expect(() => {
      refuseUnsafeSwitches(['.', '--ozone-platform-hint=auto', '--lang=ar', '--no-sandbox'], false);
    }).not.toThrow();
  });

  it('is told to keep nothing, and its environment names no file to write keys to', () => {
    vi.stubEnv('SSLKEYLOGFILE', '/tmp/keys');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const switches: string[] = [];
    const disableHardwareAcceleration = vi.fn();
    quietChromium({
      disableHardwareAcceleration,
      commandLine: {
        hasSwitch: () => false,
        appendSwitch: (name, value) => {
          switches.push(value === undefined ? name : `${name}=${value}`);
        },
      },
    });
    expect(switches).toEqual(
      expect.arrayContaining(['disable-http-cache', 'disable-gpu-shader-disk-cache', 'password-store=basic']),
    );
    expect(disableHardwareAcceleration).toHaveBeenCalledOnce();
    expect(process.env['SSLKEYLOGFILE']).toBeUndefined();
  });
});

describe('this computer', () => {
  it('offers the folders it has, and never the whole home folder', () => {
    const paths: Record<string, string> = {
      documents: '/h/Documents',
      pictures: '/h',
      music: '/h/Music',
      videos: '/h/Music',
    };
    const getPath = (name: string): string => {
      const path = paths[name];
      if (path === undefined) throw new Error('no such folder');
      return path;
    };
    expect(ownFolders({ getPath }, '/h')).toEqual({
      sources: ['/h/Documents', '/h/Music'],
      documents: '/h/Documents',
      destination: join('/h/Documents', 'OpenMover'),
    });
  });

  it('carries two moves a core, at least two and at most eight', () => {
    expect([1, 2, 3, 16].map(maxMoves)).toEqual([2, 4, 6, 8]);
  });
});

describe('leaving', () => {
  function leaving(options: { moving: boolean; leave?: boolean }): { leave: Shutdown; done: string[] } {
    const done: string[] = [];
    return {
      done,
      leave: new Shutdown({
        isMoving: () => options.moving,
        ask: () => {
          done.push('asked');
          return Promise.resolve(options.leave ?? true);
        },
        stopAll: () => {
          done.push('stopped');
          return Promise.resolve();
        },
        exit: (code) => {
          done.push(`exit ${code}`);
        },
      }),
    };
  }

  it('asks nothing when nothing moves', async () => {
    const { leave, done } = leaving({ moving: false });
    await leave.wish();
    expect(done).toEqual(['stopped', 'exit 0']);
  });

  it('asks once while something moves, and stops everything first', async () => {
    const { leave, done } = leaving({ moving: true });
    await Promise.all([leave.wish(), leave.wish()]);
    await leave.wish();
    expect(done).toEqual(['asked', 'stopped', 'exit 0']);
  });

  it('does not, when the person would rather stay, and asks again another time', async () => {
    const { leave, done } = leaving({ moving: true, leave: false });
    await leave.wish();
    await leave.wish();
    expect(done).toEqual(['asked', 'asked']);
  });

  it('by a signal asks nobody, and happens even when stopping fails', async () => {
    const done: number[] = [];
    const leave = new Shutdown({
      isMoving: () => true,
      ask: () => Promise.reject(new Error('nobody is asked')),
      stopAll: () => Promise.reject(new Error('a process that will not end')),
      exit: (code) => {
        done.push(code);
      },
    });
    await leave.now(1).catch(() => undefined);
    expect(done).toEqual([1]);
  });
});
