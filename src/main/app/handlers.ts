/** What each request of the window does. Of Electron only a few doors are used, handed in as `Desktop`. */
import { MoverError, PROMISE } from '../../transfer/index.ts';
import type { AppInfo, MoveStart, PickType, Place, Words } from '../ipc/contract.ts';
import type { Handlers } from '../ipc/register.ts';
import type { OneShotTasks } from './one-shot-tasks.ts';
import type { SendTarget } from './host/host-messages.ts';
import type { Moves } from './moves.ts';
import type { Nearby } from './nearby.ts';
import type { Places } from './places.ts';

export type SavedKind = 'html' | 'json' | 'report';

export interface Desktop {
  /** Asks the person; nothing when they close the dialog. */
  pick(role: Place['role'], type: PickType): Promise<readonly string[]>;
  /** Asks where, and writes; false when the person closes the dialog. @throws MoverError `DESTINATION_UNWRITABLE` */
  save(kind: SavedKind, text: string): Promise<boolean>;
  /** In the system's file manager. @throws MoverError `DESTINATION_MISSING` */
  openFolder(folder: string): Promise<void>;
  useWords(words: Words): void;
}

export interface HandlersOptions {
  readonly desktop: Desktop;
  readonly places: Places;
  readonly moves: Moves;
  readonly tasks: OneShotTasks;
  readonly nearby: Nearby;
  readonly info: Pick<AppInfo, 'version' | 'platform' | 'languages' | 'maxMoves'>;
  /** Where things go unless the person chooses another folder. */
  readonly destination: string;
  readonly sources: readonly string[];
}

export function makeHandlers(options: HandlersOptions): Handlers {
  const { desktop, places, moves, tasks, nearby } = options;
  return {
    'app.ready': () => ({
      ...options.info,
      destination: places.suggestedDestination(options.destination),
      sources: places.suggestions(options.sources),
      promise: PROMISE.map(({ id }) => id),
    }),
    'app.words': (words) => {
      desktop.useWords(words);
      return null;
    },
    'places.pick': async (role, type) => {
      const paths = await desktop.pick(role, type);
      if (paths.length === 0) return null;
      return places.picked(role, type === 'single-files' ? 'files' : type, paths);
    },
    'places.inspect': (ids) => tasks.inspect(places.sourcesOf(ids)),
    'devices.watch': () => {
      nearby.watch();
      return null;
    },
    'devices.unwatch': async () => {
      await nearby.unwatch();
      return null;
    },
    'moves.start': (start) => startMove(start, options),
    'moves.answer': (id, answer) => {
      moves.answer(id, answer);
      return null;
    },
    'moves.stop': async (id) => {
      await moves.stop(id);
      return null;
    },
    'moves.retry': (id) => {
      moves.retry(id);
      return null;
    },
    'moves.limit': (id, bytesPerSecond) => {
      moves.limit(id, bytesPerSecond);
      return null;
    },
    'moves.undo': (id) => tasks.undo(moves.undoable(id)),
    'moves.open': async (id) => {
      await desktop.openFolder(moves.destinationOf(id));
      return null;
    },
    'receipts.save': (kind, text) => desktop.save(kind, text),
  };
}

function startMove(start: MoveStart, { places, moves, nearby }: HandlersOptions): string {
  switch (start.role) {
    case 'receiver': {
      const destination = places.folderOf(start.place);
      if (moves.isBusy(destination)) throw new MoverError('DESTINATION_BUSY');
      return moves.start({ type: 'receive', destination, limit: start.limit });
    }
    case 'keeper': {
      const destination = places.folderOf(start.place);
      if (moves.isBusy(destination)) throw new MoverError('DESTINATION_BUSY');
      return moves.start({ type: 'keep', destination });
    }
    case 'sender': {
      const sources = places.sourcesOf(start.places);
      const to: SendTarget =
        start.to.type === 'found'
          ? { ...start.to, addresses: [...nearby.addressesOf(start.to.name)] }
          : start.to;
      return moves.start({ type: 'send', sources, to, limit: start.limit });
    }
  }
}
