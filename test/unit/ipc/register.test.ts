import { describe, expect, it } from 'vitest';
import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { MoverError } from '../../../src/transfer/index.ts';
import {
  DROP_CHANNEL,
  REQUEST_CHANNEL,
  REQUESTS,
  type Place,
  type RequestName,
} from '../../../src/main/ipc/contract.ts';
import { answerDrop, answerRequest, register, type Handlers } from '../../../src/main/ipc/register.ts';

function recording(answer: () => unknown = () => null): { handlers: Handlers; calls: unknown[][] } {
  const calls: unknown[][] = [];
  const names = Object.keys(REQUESTS) as RequestName[];
  const handlers = Object.fromEntries(
    names.map((name) => [
      name,
      (...args: unknown[]) => {
        calls.push([name, ...args]);
        return answer();
      },
    ]),
  ) as unknown as Handlers;
  return { handlers, calls };
}

const REFUSED = { ok: false, code: 'USAGE' };

describe('a request', () => {
  it('with arguments of its schema is done and answered', async () => {
    const { handlers, calls } = recording(() => 'move-1');
    const start = { role: 'receiver', place: 'place-1', limit: null };
    expect(await answerRequest(handlers, 'moves.start', [start])).toEqual({ ok: true, value: 'move-1' });
    expect(calls).toEqual([['moves.start', start]]);
  });

  it.each<[string, unknown, unknown]>([
    ['no name', undefined, []],
    ['a name that is none', 'app.quit', []],
    ['a name every object has', 'constructor', []],
    ['a name of the prototype', '__proto__', []],
    ['no arguments', 'moves.stop', undefined],
    ['too few arguments', 'moves.stop', []],
    ['too many arguments', 'app.ready', ['x']],
    ['a path for a place', 'moves.start', [{ role: 'receiver', place: '/etc', limit: null }]],
    [
      'a key nobody knows',
      'moves.start',
      [{ role: 'receiver', place: 'place-1', limit: null, into: '/etc' }],
    ],
    ['a limit that would stand still', 'moves.limit', ['move-1', 0]],
    ['a limit that is no number', 'moves.limit', ['move-1', Number.NaN]],
    ['a text beyond its bound', 'receipts.save', ['html', 'x'.repeat(4 * 1024 * 1024 + 1)]],
    ['a format that is none', 'receipts.save', ['exe', '']],
    ['a role that is none', 'places.pick', ['root', 'files']],
    ['paths in place of a dialog', 'places.drop', ['source', ['/etc/passwd']]],
    ['a language that is none', 'app.words', [{ language: '../en', texts: {} }]],
    ['a kind that is none', 'moves.answer', ['move-1', { accept: true, kinds: ['passwords'], apps: [] }]],
  ])('with %s is refused and not done', async (_what, name, args) => {
    const { handlers, calls } = recording();
    expect(await answerRequest(handlers, name, args)).toEqual(REFUSED);
    expect(calls).toEqual([]);
  });

  it('that fails answers with the code, and with nothing else of the failure', async () => {
    const { handlers } = recording(() => {
      throw new MoverError('NO_SPACE', { detail: '/home/ann/secret' });
    });
    expect(await answerRequest(handlers, 'app.ready', [])).toEqual({ ok: false, code: 'NO_SPACE' });
  });

  it('that fails later answers with the code, too; whatever is not ours is unexpected', async () => {
    const { handlers } = recording(() => Promise.reject(new TypeError('/home/ann/secret')));
    expect(await answerRequest(handlers, 'app.ready', [])).toEqual({ ok: false, code: 'UNEXPECTED' });
  });
});

const DROPPED: Place = {
  id: 'place-7',
  role: 'source',
  type: 'files',
  name: 'photo.jpg',
  files: 1,
  freeBytes: undefined,
  interrupted: false,
};

describe('what the preload tells of files dragged in', () => {
  it('is answered with their place', () => {
    const asked: unknown[] = [];
    const drop = (...args: unknown[]): Place => {
      asked.push(args);
      return DROPPED;
    };
    expect(answerDrop(drop, ['source', ['/home/ann/photo.jpg']])).toEqual({ ok: true, value: DROPPED });
    expect(asked).toEqual([['source', ['/home/ann/photo.jpg']]]);
  });

  it.each<[string, unknown]>([
    ['a role that is none', ['root', ['/a']]],
    ['nothing dropped', ['source', []]],
    ['no path', ['source', [7]]],
    ['more than anybody drags', ['source', Array<string>(201).fill('/a')]],
    ['no arguments', undefined],
  ])('is refused with %s', (_what, args) => {
    const drop = (): Place => {
      throw new Error('asked');
    };
    expect(answerDrop(drop, args)).toEqual(REFUSED);
  });

  it('fails with a code and nothing else', () => {
    const drop = (): Place => {
      throw new MoverError('SOURCE_INVALID', { detail: '/home/ann/secret' });
    };
    expect(answerDrop(drop, ['source', ['/a']])).toEqual({ ok: false, code: 'SOURCE_INVALID' });
  });
});

describe('the channels', () => {
  function channels(isOurs: boolean): {
    ask: (channel: string, ...args: unknown[]) => unknown;
    calls: unknown[][];
    names: () => string[];
  } {
    const { handlers, calls } = recording();
    const listeners = new Map<string, Parameters<IpcMain['handle']>[1]>();
    register(
      { handle: (name, listener) => listeners.set(name, listener) },
      {
        handlers,
        drop: (...args) => {
          calls.push(args);
          return DROPPED;
        },
        isOurs: () => isOurs,
      },
    );
    const event = {} as unknown as IpcMainInvokeEvent;
    return {
      ask: (channel, ...args) => listeners.get(channel)?.(event, ...args) as unknown,
      calls,
      names: () => [...listeners.keys()],
    };
  }

  it('are two: the page’s, and the preload’s own', () => {
    expect(channels(true).names()).toEqual([REQUEST_CHANNEL, DROP_CHANNEL]);
  });

  it('do what our own page asks', async () => {
    const { ask, calls } = channels(true);
    expect(await ask(REQUEST_CHANNEL, 'app.ready', [])).toEqual({ ok: true, value: null });
    expect(await ask(DROP_CHANNEL, ['source', ['/a']])).toEqual({ ok: true, value: DROPPED });
    expect(calls).toHaveLength(2);
  });

  it('do nothing for anybody else', async () => {
    const { ask, calls } = channels(false);
    expect(await ask(REQUEST_CHANNEL, 'app.ready', [])).toEqual(REFUSED);
    expect(await ask(DROP_CHANNEL, ['source', ['/a']])).toEqual(REFUSED);
    expect(calls).toEqual([]);
  });
});
