/** The two ends of a host in one process: what crosses is cloned, as between processes, and arrives later. */
import type { Discovery } from '../../../src/transfer/index.ts';
import type { Channel } from '../../../src/main/app/engine-process.ts';
import type { FromHost, ToHost } from '../../../src/main/app/host/host-messages.ts';
import { runHost } from '../../../src/main/app/host/host.ts';

/** Runs the real host at the other end of the channel. */
export function fakeHost(discovery?: Discovery): Channel {
  let toHost: (message: unknown) => void = () => undefined;
  let toMain: (message: unknown) => void = () => undefined;
  let exited: () => void = () => undefined;
  let alive = true;
  const later = (deliver: () => void): void => {
    setImmediate(deliver);
  };
  void runHost(
    {
      post: (message) => {
        const cloned: unknown = structuredClone(message);
        later(() => {
          if (alive) toMain(cloned);
        });
      },
      onMessage: (listener) => {
        toHost = listener;
      },
    },
    discovery,
  );
  return {
    post: (message) => {
      const cloned: unknown = structuredClone(message);
      later(() => {
        if (alive) toHost(cloned);
      });
    },
    onMessage: (listener) => {
      toMain = listener;
    },
    onExit: (listener) => {
      exited = listener;
    },
    kill: () => {
      if (!alive) return;
      alive = false;
      later(exited);
    },
  };
}

/** A host that does what the test says. */
export class ScriptedHost implements Channel {
  readonly heard: ToHost[] = [];
  killed = false;
  #toMain: (message: unknown) => void = () => undefined;
  #exited: () => void = () => undefined;

  post(message: ToHost): void {
    this.heard.push(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#toMain = listener;
  }

  onExit(listener: () => void): void {
    this.#exited = listener;
  }

  kill(): void {
    this.killed = true;
    this.exit();
  }

  says(message: FromHost): void {
    this.#toMain(structuredClone(message));
  }

  saysAnything(message: unknown): void {
    this.#toMain(message);
  }

  exit(): void {
    this.#exited();
  }
}
