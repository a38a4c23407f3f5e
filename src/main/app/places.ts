/**
 * Where a move may come from and go to. The window knows a place by its number; the paths stay here, in memory, and are
 * only of what a person pointed at or what every computer has.
 */
import { statSync } from 'node:fs';
import { basename, isAbsolute, resolve } from 'node:path';
import { hasStaging, MoverError } from '../../transfer/index.ts';
import type { Place, PlaceId, PlaceType } from '../ipc/contract.ts';
import { freeBytesAt } from './free-space.ts';
import type { HostSources } from './host/host-messages.ts';
import { isDeviceFolder, placeTypeOf, reading } from './place-type.ts';

/** More folders side by side are not tried: nobody has that many moves. */
const MAX_SUGGESTED = 100;

/** A window that asks for more has lost its mind. */
const MAX_PLACES = 10_000;

type Role = Place['role'];

interface Known {
  readonly role: Role;
  readonly type: PlaceType;
  readonly paths: readonly string[];
}

export interface PlacesOptions {
  /** Whether a running move writes there: its staging is no interrupted one. */
  readonly isBusy?: (folder: string) => boolean;
}

export class Places {
  readonly #isBusy: (folder: string) => boolean;
  readonly #known = new Map<PlaceId, Known>();
  readonly #ids = new Map<string, PlaceId>();

  constructor({ isBusy = () => false }: PlacesOptions = {}) {
    this.#isBusy = isBusy;
  }

  /**
   * What a person chose in a dialog that asked for this type.
   * @throws MoverError `SOURCE_INVALID` for a folder that is no device folder when one was asked for; `SOURCE_MISSING`,
   *   `SOURCE_UNREADABLE`.
   */
  picked(role: Role, type: PlaceType, paths: readonly string[]): Place {
    if (role === 'destination') return this.destination(onlyOne(paths));
    const [first] = paths;
    if (type === 'device' && first !== undefined && !reading(() => isDeviceFolder(first))) {
      throw new MoverError('SOURCE_INVALID');
    }
    return this.#place({ role, type, paths });
  }

  /**
   * What a person dragged in: of one type, as one place. A folder is moved with what is in it, unless it is a device
   * folder.
   * @throws MoverError `SOURCE_INVALID` for several types at once, or for what cannot be moved; `SOURCE_MISSING`,
   *   `SOURCE_UNREADABLE`; `DESTINATION_MISSING` for a destination that is not a single folder.
   */
  dropped(role: Role, paths: readonly string[]): Place {
    if (!paths.every((path) => isAbsolute(path))) throw new MoverError('USAGE');
    if (role === 'destination') return this.destination(onlyOne(paths));
    const types = new Set(paths.map(placeTypeOf));
    const [type] = types;
    if (type === undefined || types.size > 1 || (type === 'device' && paths.length > 1)) {
      throw new MoverError('SOURCE_INVALID');
    }
    return this.#place({ role, type, paths });
  }

  /** A folder to move into; it need not be there yet. @throws MoverError `DESTINATION_MISSING` for what is no folder. */
  destination(folder: string): Place {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats !== undefined && !stats.isDirectory()) throw new MoverError('DESTINATION_MISSING');
    return this.#place({ role: 'destination', type: 'files', paths: [folder] });
  }

  /**
   * Where a new move goes unless the person chooses: the folder, or `OpenMover 2`, `OpenMover 3` … beside it when running
   * moves write there. None is made before a move into it begins.
   */
  suggestedDestination(folder: string): Place {
    for (let count = 1; count <= MAX_SUGGESTED; count += 1) {
      const path = count === 1 ? folder : `${folder} ${String(count)}`;
      const stats = statSync(path, { throwIfNoEntry: false });
      if (!this.#isBusy(path) && (stats === undefined || stats.isDirectory())) return this.destination(path);
    }
    return this.destination(folder);
  }

  /** Those of the folders that are there, each as a source. */
  suggestions(folders: readonly string[]): readonly Place[] {
    const there = [...new Set(folders)].filter(
      (folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true,
    );
    return there.map((folder) => this.#place({ role: 'source', type: 'files', paths: [folder] }));
  }

  /** @throws MoverError `USAGE` for a place that is none to move into. */
  folderOf(id: PlaceId): string {
    const { role, paths } = this.#find(id);
    const [folder] = paths;
    if (role !== 'destination' || folder === undefined) throw new MoverError('USAGE');
    return folder;
  }

  /**
   * Several sources as one.
   * @throws MoverError `USAGE` for a place that is none to move from; `SOURCE_INVALID` for a device folder, or a folder
   *   of apps, together with another.
   */
  sourcesOf(ids: readonly PlaceId[]): HostSources {
    const places = [...new Set(ids)].map((id) => this.#find(id));
    if (places.some(({ role }) => role !== 'source')) throw new MoverError('USAGE');
    const of = (type: PlaceType): string[] => [
      ...new Set(places.filter((place) => place.type === type).flatMap(({ paths }) => paths)),
    ];
    const [device, ...devices] = of('device');
    const [apps, ...moreApps] = of('apps');
    if (devices.length > 0 || moreApps.length > 0) throw new MoverError('SOURCE_INVALID');
    if (device !== undefined) {
      if (places.length > 1) throw new MoverError('SOURCE_INVALID');
      return { from: device };
    }
    return {
      contacts: of('contacts'),
      calendar: of('calendar'),
      messages: of('messages'),
      calls: of('calls'),
      files: of('files'),
      apps,
    };
  }

  #find(id: PlaceId): Known {
    const known = this.#known.get(id);
    if (known === undefined) throw new MoverError('USAGE');
    return known;
  }

  #place(given: Known): Place {
    if (given.paths.length === 0) throw new MoverError('USAGE');
    const known = { ...given, paths: given.paths.map((path) => resolve(path)) };
    const key = JSON.stringify(known);
    let id = this.#ids.get(key);
    if (id === undefined) {
      if (this.#known.size >= MAX_PLACES) throw new MoverError('USAGE');
      id = `place-${this.#known.size + 1}`;
      this.#ids.set(key, id);
      this.#known.set(id, known);
    }
    return this.#shown(id, known);
  }

  #shown(id: PlaceId, { role, type, paths }: Known): Place {
    const [first = ''] = paths;
    const destination = role === 'destination';
    return {
      id,
      role,
      type,
      // A drive's root has no last part.
      name: basename(first) === '' ? first : basename(first),
      files: paths.length,
      freeBytes: destination ? freeBytesAt(first) : undefined,
      interrupted: destination && !this.#isBusy(first) && hasStaging(first),
    };
  }
}

function onlyOne(paths: readonly string[]): string {
  const [path, ...more] = paths;
  if (path === undefined || more.length > 0) throw new MoverError('DESTINATION_MISSING');
  return path;
}
