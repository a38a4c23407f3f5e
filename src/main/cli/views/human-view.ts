/**
 * A move in words: what is happening, whether the data is safe, what to do next. How progress is shown is the
 * business of `ProgressDisplay`.
 */
import { ERRORS, type MoverError } from '../../../transfer/errors.ts';
import { printable } from '../../../transfer/privacy/escape.ts';
import type { Ephemeral } from '../../../transfer/privacy/ephemeral.ts';
import type { DeviceMessage } from '../../../transfer/devices/device-io.ts';
import type { MoveEvent } from '../../../transfer/session/events.ts';
import { formatAddress } from '../../terminal/address.ts';
import { codePanel } from './code-panel.ts';
import { codeOutput, type Io, NO_CODE } from '../../terminal/io.ts';
import { canAsk } from '../../terminal/prompt.ts';
import type { ProgressDisplay } from './progress-display.ts';
import { receiptText } from './receipt-text.ts';
import type { Role, View } from './view.ts';
import { plural } from '../../terminal/format.ts';

export class HumanView implements View {
  readonly #io: Io;
  readonly #role: Role;
  readonly #progress: ProgressDisplay;

  constructor(io: Io, role: Role, progress: ProgressDisplay) {
    this.#io = io;
    this.#role = role;
    this.#progress = progress;
  }

  event(event: MoveEvent): void {
    switch (event.type) {
      case 'listening':
        this.note(
          `This device is "${printable(event.name)}" for now: ${event.addresses.map(formatAddress).join(' or ')}`,
        );
        break;
      case 'code':
        this.#showCode(event.code, event.qr);
        break;
      case 'attempt-failed':
        this.note(
          event.code === 'WRONG_CODE'
            ? `A wrong code was typed. ${plural(event.triesLeft, 'try', 'tries')} left${event.triesLeft === 0 ? ': here is a new code.' : '.'}`
            : ERRORS[event.code].message,
        );
        break;
      case 'paired':
        this.note(
          `Connected to the ${this.#role === 'sender' ? 'new' : 'old'} device. Nothing leaves these two devices.`,
        );
        break;
      // What they hold is shown with the question that belongs to it (decide-offer.ts, choose-plan.ts).
      case 'offer':
        if (this.#role === 'sender') this.note('Waiting for the new device to accept…');
        break;
      case 'plan':
        if (this.#role === 'receiver') this.note('Waiting for the old device to choose…');
        break;
      case 'progress':
        this.#progress.show(event.progress);
        break;
      case 'waiting':
        if (this.#role === 'sender' && canAsk(this.#io)) {
          this.note('Enter tries again at once; Ctrl-C gives up, and what has arrived is kept.');
        }
        this.#progress.waiting(event.until);
        break;
      case 'stalled':
        this.#progress.stalled();
        break;
      case 'resumed':
        this.#progress.resumed();
        break;
      case 'receipt':
        this.note(receiptText(event.receipt, this.#io.colour));
        break;
    }
  }

  #showCode(code: Ephemeral<string>, qr: Ephemeral<string>): void {
    this.#progress.end();
    const output = codeOutput(this.#io);
    if (output === undefined) this.#io.errors.write(`${NO_CODE.message} ${NO_CODE.action}\n`);
    else output.write(`${codePanel({ ...this.#io, output }, code, qr)}\n`);
  }

  device({ message, action }: DeviceMessage): void {
    this.note(printable(action === undefined ? message : `${message} ${action}`));
  }

  note(text: string): void {
    this.#progress.end();
    this.#io.output.write(`${text}\n`);
  }

  error(error: MoverError): void {
    this.#progress.end();
    this.#io.errors.write(`${printable(error.message)}\n`);
  }

  close(): void {
    this.#progress.end();
  }
}
