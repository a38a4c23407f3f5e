/** What a move has to have brought, as the command and the disk tell it. */
import { makeSample, type SampleOptions } from '../../../src/main/sample/index.ts';
import { filesOf } from '../hosts/old-device.ts';
import { runMover } from '../mover.ts';

/** Small, and of every kind. */
const SMALL = {
  ...{ seed: 11, contacts: 30, messages: 60, calls: 25, events: 12, apps: 3 },
  ...{ files: 20, fileBytes: 2_000_000 },
} as const;

export async function sampleDevice(into: string, options: Partial<SampleOptions> = {}): Promise<string> {
  await makeSample({ ...SMALL, ...options, into });
  return into;
}

interface Inspection {
  readonly kinds: Readonly<Record<string, { readonly items: number }>>;
}

/** How many of each kind, as a person counts. */
export async function itemsOf(device: string): Promise<Record<string, number>> {
  const { out } = await runMover(['inspect', device, '--json']);
  const { kinds } = JSON.parse(out) as Inspection;
  return Object.fromEntries(Object.entries(kinds).map(([kind, { items }]) => [kind, items]));
}

/** Path → digest of what can move of a sample's files: its private key is left behind on purpose. */
export async function movableFiles(device: string): Promise<Record<string, string>> {
  const { '.ssh/id_ed25519': _, ...files } = await filesOf(device);
  return files;
}
