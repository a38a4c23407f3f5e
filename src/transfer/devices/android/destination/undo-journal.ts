/**
 * What a move changes on a phone, written down on the phone before it is done: files and folders placed, apps installed,
 * rows added. It lies in `.openmover-undo` on its shared storage and holds paths, sizes and digests of content.
 */
import { z } from 'zod';
import { isComponent } from '../../../paths/safe-path.ts';
import { PhoneFailure, type PhoneLink } from '../link.ts';
import type { Puller } from '../pull.ts';
import { commandText, inCommands, quoted } from '../shell.ts';
import { SHARED_STORAGE } from '../storage.ts';

const FOLDER = `${SHARED_STORAGE}/.openmover-undo`;
const JOURNAL = `${FOLDER}/journal.ndjson`;
const FINISHED = `${FOLDER}/finished`;

/** A line is at most a path, escaped. */
const MOST_LINE = 64 * 1024;

const path = z.array(z.string().refine(isComponent)).min(1);
const digest = z.string().max(256);

const lineSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('folder'), path }),
  z.strictObject({ type: z.literal('file'), path, sha256: digest }),
  z.strictObject({ type: z.literal('app'), package: z.string().regex(/^[\w.]{1,255}$/) }),
  z.strictObject({
    type: z.literal('row'),
    table: z.string().regex(/^[\w./:-]{1,200}$/),
    id: z.number().int().nonnegative(),
    digest,
    /** Of a file for an app to take in: where it is on the phone. */
    path: z
      .string()
      .regex(/^\/sdcard\/Download\/[^/\0]{1,255}$/)
      .optional(),
  }),
]);
export type JournalLine = z.infer<typeof lineSchema>;

export class PhoneJournal {
  readonly #link: PhoneLink;
  readonly #keeps: boolean;
  #begun = false;

  /** @param keeps false: what is done cannot be taken back, and neither can the move before it. */
  constructor(link: PhoneLink, keeps: boolean) {
    this.#link = link;
    this.#keeps = keeps;
  }

  /** Whether this move has changed something, and the journal of the one before is gone. */
  get begun(): boolean {
    return this.#begun;
  }

  /** The file that a script on the phone appends lines to, once the journal is begun. */
  async file(signal: AbortSignal): Promise<string> {
    await this.#begin(signal);
    return this.#keeps ? JOURNAL : '/dev/null';
  }

  async append(lines: readonly JournalLine[], signal: AbortSignal): Promise<void> {
    const file = await this.file(signal);
    if (!this.#keeps) return;
    for (const some of inCommands(lines.map((line) => quoted(JSON.stringify(line))))) {
      await commandText(this.#link, `printf "%s\\n" ${some.join(' ')} >> ${file}`, { signal });
    }
  }

  /** All of the move is in its place. */
  async finish(signal: AbortSignal): Promise<void> {
    if (this.#begun && this.#keeps) await commandText(this.#link, `: > ${FINISHED}`, { signal });
  }

  /** A journal without the mark of its end is of a move that was broken off: this one goes on with it. */
  async #begin(signal: AbortSignal): Promise<void> {
    if (this.#begun) return;
    const drop = this.#keeps ? `[ ! -e ${FINISHED} ] || rm -rf ${FOLDER}` : `rm -rf ${FOLDER}`;
    const make = this.#keeps ? `; mkdir -p ${FOLDER}` : '';
    await commandText(this.#link, `${drop}${make}`, { signal });
    this.#begun = true;
  }
}

/** The lines of the last move, in their order. Undefined when there is no journal. */
export async function readJournal(puller: Puller, signal: AbortSignal): Promise<JournalLine[] | undefined> {
  const lines: JournalLine[] = [];
  let rest = '';
  const decoder = new TextDecoder();
  try {
    for await (const bytes of puller.pull(JOURNAL, 0, signal)) {
      const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > MOST_LINE) return lines;
      for (const part of parts) {
        const line = parse(part);
        if (line !== undefined) lines.push(line);
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PhoneFailure) return undefined;
    throw error;
  }
  return lines;
}

function parse(text: string): JournalLine | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** @returns whether there was one. */
export async function dropJournal(link: PhoneLink, signal: AbortSignal): Promise<boolean> {
  const { output } = await commandText(link, `[ -e ${JOURNAL} ] && echo there; rm -rf ${FOLDER}`, { signal });
  return output.includes('there');
}
