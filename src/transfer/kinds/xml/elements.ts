/**
 * Reads the record elements of a backup file (`<smses><sms …/><mms …>…</mms></smses>`) while it streams by. Broken
 * spots cost the record they are in: reading takes up again at the next record's start tag.
 */
import { SaxesParser } from 'saxes';
import { LIMITS } from '../../limits.ts';
import type { ReportSkip } from '../kind.ts';
import { decodeXml } from './decode.ts';
import { ReferenceRepair } from './references.ts';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Partial<Record<string, string>>>;
  readonly children: readonly XmlElement[];
}

export interface XmlDocument {
  /** Name of the root element, e.g. `smses`. */
  readonly root: string;
  /** Names of the root's children that are records. */
  readonly records: readonly string[];
}

interface GrowingElement extends XmlElement {
  readonly children: XmlElement[];
}

/** Line and column are only for messages of errors, which we do not show. */
const PARSER_OPTIONS = { position: false, xmlns: false } as const;
type Parser = SaxesParser<typeof PARSER_OPTIONS>;

/** A record of this form nests three deep; 1,000,000 levels are an attack on the parser's stack of open tags. */
const MAX_DEPTH = 16;
/** Characters kept of the text before the current chunk: longer than any record's start tag up to its name. */
const TAIL_CHARACTERS = 32;

/** Thrown out of the parser's callbacks: what it stands in cannot be read, look for the next record. */
const BROKEN = Symbol('broken');
/** The same for a record of more elements or attributes than any real one has. */
const TOO_MANY = Symbol('too many');
/** The same for a file of which nothing more is to be read. */
const UNUSABLE = Symbol('unusable');

/** The reader's machine: text in, elements out. Pure, one per file. */
export class RecordParser {
  readonly #document: XmlDocument;
  readonly #skip: ReportSkip;
  readonly #recordStart: RegExp;
  #state: 'parsing' | 'seeking' | 'stopped' = 'parsing';
  #wellFormed = true;
  #parser: Parser;
  /** Open elements, outermost first; undefined for those that are not (in) a record. */
  #open: (GrowingElement | undefined)[] = [];
  #ready: XmlElement[] = [];
  /** Offsets in the whole text: of the parser's position 0, of the next text, where the last record ended, where seeking begins. */
  #origin = 0;
  #fed = 0;
  #mark = 0;
  #seekFrom = 0;
  /** Where the next record begins that a broken one ran into, when that is known. */
  #brokenAt: number | undefined;
  #tail = '';
  /** Of the record that is read. */
  #elements = 0;
  #attributes = 0;

  constructor(document: XmlDocument, skip: ReportSkip) {
    this.#document = document;
    this.#skip = skip;
    this.#recordStart = new RegExp(`<(?:${document.records.join('|')})(?=[\\s/>])`, 'g');
    this.#parser = this.#newParser();
  }

  /** Whether everything so far could be read, so that the file may be added to. */
  get wellFormed(): boolean {
    return this.#wellFormed;
  }

  /** No more text is wanted: the file is one that must not be read on. */
  get stopped(): boolean {
    return this.#state === 'stopped';
  }

  /** Takes the next text and returns the records it completed. */
  push(text: string): readonly XmlElement[] {
    let rest: string | undefined = text;
    while (rest !== undefined && rest !== '' && this.#state !== 'stopped') {
      rest = this.#state === 'parsing' ? this.#parse(rest) : this.#seek(rest);
    }
    return this.#take();
  }

  /** The input has ended. */
  end(): readonly XmlElement[] {
    if (this.#state === 'parsing') this.#guard(() => this.#parser.close());
    this.#state = 'stopped';
    return this.#take();
  }

  #take(): readonly XmlElement[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  /** Returns the text to go on with after a break, which overlaps what was parsed already. */
  #parse(text: string): string | undefined {
    if (this.#guard(() => this.#parser.write(text))) {
      this.#advance(text);
      if (this.#fed - this.#mark > LIMITS.recordBytes) this.#break('too-large', this.#fed);
      return undefined;
    }
    return text;
  }

  /** Looks for the next record's start tag and sets a new parser on it. */
  #seek(text: string): string | undefined {
    const window = this.#tail + text;
    const windowStart = this.#fed - this.#tail.length;
    this.#recordStart.lastIndex = Math.max(0, this.#seekFrom - windowStart);
    const found = this.#recordStart.exec(window);
    if (found === null) {
      this.#advance(text);
      return undefined;
    }
    const prefix = `<${this.#document.root}>`;
    this.#fed = windowStart + found.index;
    this.#tail = '';
    this.#origin = this.#fed - prefix.length;
    this.#mark = this.#fed;
    // Never the same start tag again: a break on it goes on behind it.
    this.#seekFrom = this.#fed + 1;
    this.#open = [];
    this.#parser = this.#newParser();
    this.#parser.write(prefix);
    this.#state = 'parsing';
    return window.slice(found.index);
  }

  #advance(text: string): void {
    this.#fed += text.length;
    this.#tail = (this.#tail + text.slice(-TAIL_CHARACTERS)).slice(-TAIL_CHARACTERS);
  }

  /** Runs the parser; false when it broke. */
  #guard(run: () => void): boolean {
    try {
      run();
      return true;
    } catch (error) {
      if (error === UNUSABLE) {
        this.#break('malformed', this.#fed);
        this.#state = 'stopped';
      } else if (error === TOO_MANY) {
        this.#break('too-large', this.#origin + this.#parser.position - 1);
      } else if (error === BROKEN) {
        // The parser is at most one character past the one it stumbled on.
        this.#break('malformed', this.#brokenAt ?? this.#origin + this.#parser.position - 1);
        this.#brokenAt = undefined;
      } else {
        throw error;
      }
      return false;
    }
  }

  #break(reason: 'malformed' | 'too-large', seekFrom: number): void {
    this.#wellFormed = false;
    this.#state = 'seeking';
    this.#seekFrom = Math.max(seekFrom, this.#seekFrom);
    this.#skip(reason);
  }

  #newParser(): Parser {
    const parser: Parser = new SaxesParser(PARSER_OPTIONS);
    parser.on('error', () => {
      throw BROKEN;
    });
    parser.on('doctype', () => {
      // No document of this form has a DTD; one that has is after entity expansion or outside files.
      throw UNUSABLE;
    });
    parser.on('opentagstart', ({ name }) => {
      this.#onOpenStart(name);
    });
    parser.on('opentag', ({ name, attributes }) => {
      this.#onOpen(name, attributes);
    });
    parser.on('attribute', () => {
      if (++this.#attributes > LIMITS.recordAttributes) throw TOO_MANY;
    });
    parser.on('closetag', () => {
      this.#onClose();
    });
    return parser;
  }

  #onOpenStart(name: string): void {
    const depth = this.#open.length;
    if (depth <= 1) {
      this.#elements = 0;
      this.#attributes = 0;
    } else if (++this.#elements > LIMITS.recordElements) throw TOO_MANY;
    if (depth === 0 && name !== this.#document.root) throw UNUSABLE;
    if (depth >= MAX_DEPTH) throw BROKEN;
    if (depth > 1 && this.#document.records.includes(name)) {
      // A record inside a record: the outer one was never closed. Give it up and take this one from its "<".
      this.#brokenAt = this.#origin + this.#parser.position - name.length - 3;
      throw BROKEN;
    }
  }

  #onOpen(name: string, attributes: Record<string, string>): void {
    const parent = this.#open.at(-1);
    const isRecord = this.#open.length === 1 && this.#document.records.includes(name);
    const element = isRecord || parent !== undefined ? { name, attributes, children: [] } : undefined;
    if (element !== undefined) parent?.children.push(element);
    this.#open.push(element);
  }

  #onClose(): void {
    const element = this.#open.pop();
    if (this.#open.length !== 1) return;
    this.#mark = this.#origin + this.#parser.position;
    if (element !== undefined) this.#ready.push(element);
  }
}

/** Blank lines before the XML declaration are an error in XML and harmless here, so they are left out. */
async function* repairedText(
  input: AsyncIterable<Uint8Array>,
  repair: ReferenceRepair,
): AsyncGenerator<string, void, undefined> {
  let started = false;
  for await (const decoded of decodeXml(input)) {
    const text = repair.push(decoded);
    yield started ? text : text.trimStart();
    started ||= text.trim() !== '';
  }
  yield repair.end();
}

/**
 * The record elements of a file in its order, in batches as they complete.
 * Reports `malformed` once for each spot that could not be read and `too-large` for what exceeds
 * `LIMITS.recordBytes`. `end` is told whether the file is sound from
 * beginning to end. Memory is bounded by one record.
 */
export async function* readElements(
  input: AsyncIterable<Uint8Array>,
  document: XmlDocument,
  options: {
    readonly skip: ReportSkip;
    readonly signal: AbortSignal;
    readonly end?: (wellFormed: boolean) => void;
  },
): AsyncGenerator<readonly XmlElement[], void, undefined> {
  const parser = new RecordParser(document, options.skip);
  const repair = new ReferenceRepair();
  for await (const text of repairedText(input, repair)) {
    options.signal.throwIfAborted();
    const ready = parser.push(text);
    if (ready.length > 0) yield ready;
    if (parser.stopped) break;
  }
  const last = parser.end();
  if (last.length > 0) yield last;
  options.end?.(parser.wellFormed && !repair.mended);
}
