/** Everything below a folder, as a value that can be compared: a test's proof that nothing was lost or changed. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

export interface Node {
  readonly type: 'file' | 'folder' | 'link';
  /** SHA-256 of a file's bytes, the target of a link. */
  readonly content?: string;
  readonly mtimeMs?: number;
  readonly executable?: boolean;
}

/** By path with forward slashes; contents, modification times and the owner's execute bit. */
export function readTree(root: string): Record<string, Node> {
  const tree: Record<string, Node> = {};
  const visit = (folder: string, prefix: string): void => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      const key = prefix + name;
      const status = lstatSync(path);
      if (status.isDirectory()) {
        tree[key] = { type: 'folder' };
        visit(path, `${key}/`);
      } else if (status.isSymbolicLink()) {
        tree[key] = { type: 'link', content: readlinkSync(path) };
      } else {
        tree[key] = {
          type: 'file',
          content: createHash('sha256').update(readFileSync(path)).digest('hex'),
          mtimeMs: status.mtimeMs,
          executable: (status.mode & 0o100) !== 0,
        };
      }
    }
  };
  visit(root, '');
  return tree;
}
