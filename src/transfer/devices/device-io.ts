/**
 * What a device tells the person while it is read or written, and what it asks: "unlock the phone", a backup's password.
 * The engine has no terminal and no window; whoever opens a device hands one of these in.
 */
import type { Ephemeral } from '../privacy/ephemeral.ts';

/** What a device says to the person, and what the person has to do. */
export interface DeviceMessage {
  /** What the device is doing, or why it waits. A sentence. */
  readonly message: string;
  /** What the person has to do. A sentence. */
  readonly action?: string;
}

/** A device's question for a password. */
export interface PasswordQuestion {
  readonly message: string;
  /** The password given before did not open it. */
  readonly wrong: boolean;
}

/** How a device talks to the person while it is opened and read: pass functions of a terminal or a window. */
export interface DeviceIo {
  tell(this: void, message: DeviceMessage): void;
  /** A password. Undefined when nobody can be asked, or the person gives none. The device wipes it. */
  askPassword(this: void, question: PasswordQuestion): Promise<Ephemeral<string> | undefined>;
  /** The name of an account (an Apple ID). Undefined when nobody can be asked. The device wipes it. */
  askAccount(this: void, question: DeviceMessage): Promise<Ephemeral<string> | undefined>;
  /** A person is there who may do what an action says: a device may wait for it, instead of giving up. */
  readonly attended?: boolean;
  readonly signal: AbortSignal;
}
