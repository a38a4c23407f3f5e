/**
 * Cuts a vCard file into cards and what lies between them. The pieces one after another are the file, so a file can
 * be written again with some cards exchanged and everything else as it was. Memory is bounded by one card.
 *
 * Cards may hold cards (vCard 2.1 AGENT). A BEGIN inside a card can mean that, or that the END of the card before was
 * lost; only what follows can tell. So the lines wait, and when the ENDs do not come (end of file, more nesting than a
 * person would write, or too many bytes), the outermost card is given up as malformed and those inside it are saved.
 */
import { LIMITS } from '../../limits.ts';
import { LineSplitter, type PhysicalLine } from '../content-line.ts';

export type CardPiece =
  | { readonly type: 'card'; readonly bytes: Buffer }
  /** Blank lines, a byte order mark, or more of what was skipped. */
  | { readonly type: 'gap'; readonly bytes: Buffer }
  /** Begins something that is left out; one for each thing left out. */
  | { readonly type: 'skipped'; readonly reason: 'malformed' | 'too-large'; readonly bytes: Buffer };

/** Cards within a card, and depth of them, before a lost END is the better explanation. */
const NESTED_CARDS = 32;
const NESTED_DEPTH = 32;

interface Frame {
  /** Number of its BEGIN line in the file. */
  readonly line: number;
  /** Complete cards directly inside it: from, to (exclusive). */
  readonly children: (readonly [number, number])[];
}

const BEGIN = /^BEGIN[ \t]*:[ \t]*VCARD[ \t]*[\r\n]*$/i;
const END = /^END[ \t]*:[ \t]*VCARD[ \t]*[\r\n]*$/i;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const LONGEST_MARKER = 64;

const isBlank = (bytes: Buffer): boolean =>
  bytes.every((byte) => byte === 32 || (byte >= 9 && byte <= 13) || byte === 26);

export class CardSplitter {
  readonly #lines = new LineSplitter();
  readonly #limitBytes: number;
  #waiting: Buffer[] = [];
  /** Number of the first waiting line. */
  #firstLine = 0;
  #waitingBytes = 0;
  #frames: Frame[] = [];
  /** Inside something already reported: junk between cards, or a card that is too large. */
  #state: 'between' | 'junk' | 'too-large' = 'between';
  #pieces: CardPiece[] = [];

  /** `limitBytes`: larger cards are skipped as too large. */
  constructor(limitBytes: number = LIMITS.recordBytes) {
    this.#limitBytes = limitBytes;
  }

  push(chunk: Buffer): CardPiece[] {
    for (const line of this.#lines.push(chunk)) this.#take(line);
    return this.#drain();
  }

  end(): CardPiece[] {
    for (const line of this.#lines.end()) this.#take(line);
    while (this.#frames.length > 0) this.#giveUpOutermost();
    this.#state = 'between';
    return this.#drain();
  }

  #drain(): CardPiece[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  #take({ bytes, starts }: PhysicalLine): void {
    let rest = bytes;
    let marker: 'begin' | 'end' | undefined;
    if (starts && bytes.length <= LONGEST_MARKER) {
      const marked = rest.subarray(0, 3).equals(BOM);
      const text = rest.toString('latin1', marked ? 3 : 0);
      if (BEGIN.test(text)) marker = 'begin';
      else if (END.test(text)) marker = 'end';
      if (marked && (marker === 'begin' || isBlank(rest.subarray(3)))) {
        if (this.#frames.length > 0) this.#wait(rest.subarray(0, 3));
        else this.#pieces.push({ type: 'gap', bytes: rest.subarray(0, 3) });
        rest = rest.subarray(3);
      }
    }
    if (marker === 'begin') this.#begin(rest);
    else if (this.#frames.length === 0) this.#outside(rest, marker === 'end');
    else {
      this.#wait(rest);
      if (marker === 'end') this.#end();
    }
    if (this.#waitingBytes > this.#limitBytes) this.#overflow();
  }

  #begin(bytes: Buffer): void {
    if (this.#frames.length === 0) this.#state = 'between';
    this.#frames.push({ line: this.#nextLine, children: [] });
    this.#wait(bytes);
    if (this.#frames.length > NESTED_DEPTH) this.#giveUpOutermost();
  }

  #end(): void {
    const ended = this.#frames.pop();
    const around = this.#frames.at(-1);
    if (ended === undefined) return;
    if (around === undefined) {
      this.#card(this.#firstLine, this.#nextLine);
      this.#forget(this.#nextLine);
      return;
    }
    around.children.push([ended.line, this.#nextLine]);
    if (around.children.length > NESTED_CARDS) {
      while (this.#frames.includes(around)) this.#giveUpOutermost();
    }
  }

  #outside(bytes: Buffer, isEnd: boolean): void {
    const known = this.#state !== 'between' || isBlank(bytes);
    if (this.#state === 'between' && !known) this.#state = 'junk';
    this.#pieces.push(known ? { type: 'gap', bytes } : { type: 'skipped', reason: 'malformed', bytes });
    if (isEnd) this.#state = 'between';
  }

  #wait(bytes: Buffer): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  #overflow(): void {
    while (this.#waitingBytes > this.#limitBytes) {
      const [outermost] = this.#frames;
      if (outermost === undefined) return;
      if (this.#frames.length === 1 && outermost.children.length === 0) {
        this.#pieces.push({ type: 'skipped', reason: 'too-large', bytes: Buffer.concat(this.#waiting) });
        this.#frames = [];
        this.#forget(this.#nextLine);
        this.#state = 'too-large';
        return;
      }
      this.#giveUpOutermost();
    }
  }

  /** The outermost card has no END: its own lines are left out, the cards inside it stand for themselves. */
  #giveUpOutermost(): void {
    const outermost = this.#frames.shift();
    if (outermost === undefined) return;
    const until = this.#frames[0]?.line ?? this.#nextLine;
    let at = this.#firstLine;
    let first = true;
    const leave = (to: number): void => {
      const bytes = Buffer.concat(this.#waitingLines(at, to));
      if (bytes.length > 0)
        this.#pieces.push(first ? { type: 'skipped', reason: 'malformed', bytes } : { type: 'gap', bytes });
      first = false;
      at = to;
    };
    for (const [from, to] of outermost.children) {
      leave(from);
      this.#card(from, to);
      at = to;
    }
    leave(until);
    this.#forget(until);
    // What follows belongs to the card that was given up, and has been reported with it.
    if (this.#frames.length === 0) this.#state = 'junk';
  }

  #card(from: number, to: number): void {
    const lines = this.#waitingLines(from, to);
    const bytes = Buffer.concat(lines);
    // Between BEGIN and END there must be nothing, or at least one property.
    const plausible = lines.length === 2 || lines.slice(1, -1).some((line) => line.includes(0x3a));
    this.#pieces.push(plausible ? { type: 'card', bytes } : { type: 'skipped', reason: 'malformed', bytes });
  }

  get #nextLine(): number {
    return this.#firstLine + this.#waiting.length;
  }

  #waitingLines(from: number, to: number): Buffer[] {
    return this.#waiting.slice(from - this.#firstLine, to - this.#firstLine);
  }

  #forget(until: number): void {
    const lines = this.#waiting.splice(0, until - this.#firstLine);
    for (const line of lines) this.#waitingBytes -= line.length;
    this.#firstLine = until;
  }
}
