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
import { WaitingBytes } from './waiting-bytes.ts';

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
  /** Place of its BEGIN line in the file. */
  readonly at: number;
  /** Complete cards directly inside it. */
  readonly children: Place[];
  /** Whether anything stands after BEGIN, and whether any of it looks like a property. */
  isEmpty: boolean;
  hasProperty: boolean;
}

interface Place {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** Between BEGIN and END there is nothing, or at least one property. */
  readonly isCard: boolean;
}

const BEGIN = /^BEGIN[ \t]*:[ \t]*VCARD[ \t]*[\r\n]*$/i;
const END = /^END[ \t]*:[ \t]*VCARD[ \t]*[\r\n]*$/i;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const LONGEST_MARKER = 64;
const COLON = 0x3a;

const isBlank = (bytes: Buffer): boolean =>
  bytes.every((byte) => byte === 32 || (byte >= 9 && byte <= 13) || byte === 26);

export class CardSplitter {
  readonly #lines = new LineSplitter();
  readonly #limitBytes: number;
  readonly #waiting = new WaitingBytes();
  #frames: Frame[] = [];
  /** Inside something already reported: junk between cards, or a card that is too large. */
  #state: 'between' | 'junk' | 'too-large' = 'between';
  #pieces: CardPiece[] = [];
  #endsWithinCard = false;

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
    this.#endsWithinCard = this.#frames.length > 0 || this.#state === 'too-large';
    while (this.#frames.length > 0) this.#giveUpOutermost();
    this.#state = 'between';
    return this.#drain();
  }

  /** After `end`: whether the file ends before the END of a card. */
  get endsWithinCard(): boolean {
    return this.#endsWithinCard;
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
        if (this.#frames.length > 0) this.#waiting.push(rest.subarray(0, 3));
        else this.#pieces.push({ type: 'gap', bytes: rest.subarray(0, 3) });
        rest = rest.subarray(3);
      }
    }
    if (marker === 'begin') this.#begin(rest);
    else if (this.#frames.length === 0) this.#outside(rest, marker === 'end');
    else {
      this.#waiting.push(rest);
      if (marker === 'end') this.#end();
      else this.#note(rest.includes(COLON));
    }
    if (this.#waiting.to - this.#waiting.from > this.#limitBytes) this.#overflow();
  }

  /** A line that is neither BEGIN nor END, or a whole card, stands in the innermost card. */
  #note(hasProperty: boolean): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return;
    frame.isEmpty = false;
    frame.hasProperty ||= hasProperty;
  }

  #begin(bytes: Buffer): void {
    if (this.#frames.length === 0) this.#state = 'between';
    this.#note(true);
    this.#frames.push({ at: this.#waiting.to, children: [], isEmpty: true, hasProperty: false });
    this.#waiting.push(bytes);
    if (this.#frames.length > NESTED_DEPTH) this.#giveUpOutermost();
  }

  #end(): void {
    const ended = this.#frames.pop();
    if (ended === undefined) return;
    const place = { from: ended.at, to: this.#waiting.to, isCard: ended.isEmpty || ended.hasProperty };
    const around = this.#frames.at(-1);
    if (around === undefined) {
      this.#card(place);
      this.#waiting.drop(place.to);
      return;
    }
    around.children.push(place);
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

  #overflow(): void {
    while (this.#waiting.to - this.#waiting.from > this.#limitBytes) {
      const [outermost] = this.#frames;
      if (outermost === undefined) return;
      if (this.#frames.length === 1 && outermost.children.length === 0) {
        this.#pieces.push({
          type: 'skipped',
          reason: 'too-large',
          bytes: this.#waiting.slice(this.#waiting.from, this.#waiting.to),
        });
        this.#frames = [];
        this.#waiting.drop(this.#waiting.to);
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
    const until = this.#frames[0]?.at ?? this.#waiting.to;
    let at = this.#waiting.from;
    let first = true;
    const leave = (to: number): void => {
      const bytes = this.#waiting.slice(at, to);
      if (bytes.length > 0)
        this.#pieces.push(first ? { type: 'skipped', reason: 'malformed', bytes } : { type: 'gap', bytes });
      first = false;
      at = to;
    };
    for (const child of outermost.children) {
      leave(child.from);
      this.#card(child);
      at = child.to;
    }
    leave(until);
    this.#waiting.drop(until);
    // What follows belongs to the card that was given up, and has been reported with it.
    if (this.#frames.length === 0) this.#state = 'junk';
  }

  #card({ from, to, isCard }: Place): void {
    const bytes = this.#waiting.slice(from, to);
    this.#pieces.push(isCard ? { type: 'card', bytes } : { type: 'skipped', reason: 'malformed', bytes });
  }
}
