/**
 * A `window.openmover` that answers from a script and tells what it is told to: the window's whole world, without
 * Electron. `installFakeBridge` runs in the page before anything of the app does, so it uses nothing from outside itself.
 */
import type {
  Answer,
  Answered,
  Bridge,
  Place,
  RequestName,
  WindowEvent,
} from '../../src/main/ipc/contract.ts';

/** One answer for all calls of a request, or several for one call after another; the last one stays. */
export type Script = { readonly [N in RequestName]?: Answer<N> | readonly Answer<N>[] } & {
  readonly drop?: Answered<Place | null>;
};

export interface Recorded {
  readonly name: RequestName | 'drop';
  readonly args: readonly unknown[];
}

export interface FakeBridge {
  readonly requests: readonly Recorded[];
  /** @param stepMs how far apart in the past the events lie; the last is now. */
  push(events: readonly WindowEvent[], stepMs?: number): void;
}

declare global {
  interface Window {
    fakeBridge?: FakeBridge;
  }
}

interface FakeBridgeOptions {
  /** The time the fixtures are written for (ms since 1970): what they say of a later time is moved to the page's own. */
  readonly epoch: number;
}

/** The script of a visit is the fragment of the page's address. */
export function installFakeBridge({ epoch }: FakeBridgeOptions): void {
  const answers = JSON.parse(decodeURIComponent(location.hash.slice(1)) || '{}') as Script;
  const listeners = new Set<(event: WindowEvent) => void>();
  const requests: Recorded[] = [];
  let moves = 0;

  const scripted = (name: RequestName): unknown => {
    const answer: unknown = answers[name];
    if (!Array.isArray(answer)) return answer;
    const before = requests.filter((request) => request.name === name).length - 1;
    return answer[Math.min(before, answer.length - 1)];
  };

  const bridge: Bridge = {
    request: (name, ...args) => {
      // What crosses to main is cloned: a function or an element in it would fail there, and fails here.
      requests.push({ name, args: structuredClone(args) });
      let answer = scripted(name);
      if (answer === undefined && name === 'moves.start') {
        moves += 1;
        answer = { ok: true, value: `move-${String(moves)}` };
      }
      return Promise.resolve((answer ?? { ok: true, value: null }) as Answer<typeof name>);
    },
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    // The preload's business: the page hands over files and never learns a path.
    drop: (role, files) => {
      requests.push({
        name: 'drop',
        args: [role, files.map((file) => (file instanceof File ? file.name : ''))],
      });
      return Promise.resolve(answers.drop ?? { ok: true, value: null });
    },
  };

  const inPageTime = (event: WindowEvent): WindowEvent => {
    if (event.type !== 'move') return event;
    const { update } = event;
    const shift = Date.now() - epoch;
    if (update.type === 'code') {
      return { ...event, update: { ...update, expiresAt: update.expiresAt + shift } };
    }
    return update.type === 'waiting'
      ? { ...event, update: { ...update, until: update.until + shift } }
      : event;
  };

  const fakeBridge: FakeBridge = {
    requests,
    push: (events, stepMs = 0) => {
      const now = Date.now.bind(Date);
      const start = now() - stepMs * (events.length - 1);
      try {
        events.map(inPageTime).forEach((event, index) => {
          if (stepMs > 0) Date.now = () => start + index * stepMs;
          for (const listener of listeners) listener(event);
        });
      } finally {
        Date.now = now;
      }
    },
  };
  Object.defineProperty(window, 'openmover', { value: bridge });
  Object.defineProperty(window, 'fakeBridge', { value: fakeBridge });
}
