/**
 * A host as main sees it: told a task, heard, stopped. What it says is checked; what is not as agreed ends it. Of
 * whatever carries the messages (a utility process, in tests a fake) only a `Channel` is asked.
 */
import { fromHostSchema, type FromHost, type Task, type ToHost } from './host/host-messages.ts';
import type { ErrorCode } from '../../transfer/index.ts';

export interface Channel {
  post(message: ToHost): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The other end is gone, for whatever reason. */
  onExit(listener: () => void): void;
  kill(): void;
}

export interface EngineProcess {
  post(message: Exclude<ToHost, { type: 'start' | 'stop' }>): void;
  /** Stops the task; a host that does not end within the bound is killed, but never while it puts things in place. @returns when it is gone. */
  stop(): Promise<void>;
  /** When it is gone, with what came of the task: no code when it went well. */
  readonly ended: Promise<ErrorCode | undefined>;
}

/** What stopping takes at most, unless things are being put in their places: a goodbye to the other device. */
const STOP_MS = 10_000;

/** Starts a task in a host of its own. `onMessage` hears everything but its end. */
export function startEngine(
  channel: Channel,
  task: Task,
  onMessage: (message: Exclude<FromHost, { type: 'ended' }>) => void,
  stopMs: number = STOP_MS,
): EngineProcess {
  // A host that is gone without a word has crashed, whatever it was about to say.
  let code: ErrorCode | undefined = 'UNEXPECTED';
  let over = false;
  let placing = false;
  const end = (): void => {
    over = true;
    channel.kill();
  };
  channel.onMessage((raw) => {
    if (over) return;
    const message = fromHostSchema.safeParse(raw).data;
    if (message === undefined) {
      end();
    } else if (message.type === 'ended') {
      ({ code } = message);
      end();
    } else {
      if (message.type === 'update' && message.update.type === 'progress') {
        placing = message.update.phase === 'committing';
      }
      onMessage(message);
    }
  });
  const ended = new Promise<ErrorCode | undefined>((resolve) => {
    channel.onExit(() => {
      over = true;
      resolve(code);
    });
  });
  channel.post({ type: 'start', task });
  return {
    ended,
    post: (message) => {
      if (!over) channel.post(message);
    },
    stop: async () => {
      if (!over) channel.post({ type: 'stop' });
      const timer = setTimeout(() => {
        // Cut off there, it would be said to have changed nothing.
        if (placing) return;
        // Killed in the middle: what it was asked for is what became of it.
        if (!over) code = 'CANCELLED';
        end();
      }, stopMs);
      try {
        await ended;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
