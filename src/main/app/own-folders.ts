/** This computer's own folders: those worth moving, and where moved things go. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'electron';

const NAMES = ['documents', 'pictures', 'music', 'videos', 'downloads'] as const;

/** Of a move into this computer, below its documents. */
const OWN = 'OpenMover';

export interface OwnFolders {
  readonly sources: readonly string[];
  readonly documents: string;
  readonly destination: string;
}

/** A desktop without such a folder says the home folder, or nothing: neither is moved as "Documents". */
export function ownFolders(app: Pick<App, 'getPath'>, home: string = homedir()): OwnFolders {
  const paths = NAMES.map((name) => {
    try {
      return app.getPath(name);
    } catch {
      return undefined;
    }
  });
  const sources = paths.filter((path) => path !== undefined && path !== '' && path !== home);
  const documents = paths[0] ?? home;
  return { sources: [...new Set(sources as string[])], documents, destination: join(documents, OWN) };
}
