/** Bytes of a file on the phone from an offset on, which wait while the phone is away and go on where they were. */
import { PhoneFailure, type PhoneLink } from './link.ts';
import { quoted, runCommand } from './shell.ts';
import { SyncService } from './sync.ts';

export class Puller {
  readonly #link: PhoneLink;

  constructor(link: PhoneLink) {
    this.#link = link;
  }

  /** @throws PhoneFailure where the phone cannot read it; the signal's reason. */
  async *pull(path: string, from: number, signal: AbortSignal): AsyncGenerator<Buffer, void> {
    let at = from;
    for (let tries = 1; ;) {
      try {
        for await (const piece of this.#once(path, at, signal)) {
          at += piece.length;
          tries = 1;
          yield piece;
        }
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (await this.#link.mend(error, tries, signal)) tries = 1;
        else tries += 1;
      }
    }
  }

  /** The first bytes of a file; none of one that cannot be read. */
  async head(path: string, bytes: number, signal: AbortSignal): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let size = 0;
    try {
      for await (const piece of this.pull(path, 0, signal)) {
        pieces.push(piece);
        size += piece.length;
        if (size >= bytes) break;
      }
    } catch (error) {
      if (!(error instanceof PhoneFailure)) throw error;
    }
    return Buffer.concat(pieces).subarray(0, bytes);
  }

  #once(path: string, from: number, signal: AbortSignal): AsyncGenerator<Buffer, void> {
    if (from === 0) return this.#whole(path, signal);
    // A name that is no UTF-8 cannot stand in a command: what is there already is read once more.
    return /\p{Surrogate}/u.test(path) ? this.#dropping(path, from, signal) : this.#tail(path, from, signal);
  }

  async *#whole(path: string, signal: AbortSignal): AsyncGenerator<Buffer, void> {
    const service = await SyncService.open(this.#link, signal);
    try {
      yield* service.receive(path);
    } finally {
      await service.close();
    }
  }

  async *#dropping(path: string, from: number, signal: AbortSignal): AsyncGenerator<Buffer, void> {
    let at = 0;
    for await (const piece of this.#whole(path, signal)) {
      const dropped = Math.max(0, Math.min(piece.length, from - at));
      at += piece.length;
      if (dropped < piece.length) yield piece.subarray(dropped);
    }
  }

  async *#tail(path: string, from: number, signal: AbortSignal): AsyncGenerator<Buffer, void> {
    const command = `tail -c +${String(from + 1)} ${quoted(path)} 2>/dev/null`;
    const { exitCode } = yield* runCommand(this.#link, command, signal);
    if (exitCode !== 0) throw new PhoneFailure('the phone could not read it');
  }
}
