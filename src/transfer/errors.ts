/**
 * Every way a move can end badly, in one table. What crosses the wire, and what a program may rely on, is the
 * code; the sentence is for people and says what happened and what to do.
 */

interface ErrorRow {
  /** Process exit code of the command line (the contract in README.md). */
  readonly exitCode: 1 | 2 | 3 | 4 | 5 | 7 | 8 | 130;
  /** Whether trying the same again can help without changing anything. */
  readonly retryable: boolean;
  readonly message: string;
}

const row = (exitCode: ErrorRow['exitCode'], retryable: boolean, message: string): ErrorRow => ({
  exitCode,
  retryable,
  message,
});

/**
 * For every code: the exit code of the command line, whether trying again can help, and the sentence for a person.
 */
export const ERRORS = {
  UNEXPECTED: row(
    1,
    true,
    'Something went wrong inside OpenMover. Nothing at the destination was lost; run the move again.',
  ),
  USAGE: row(2, false, 'The command was not understood. See mover --help.'),
  UNSAFE_RUNTIME: row(
    2,
    false,
    'OpenMover was started in a way that may let others see or keep what is in its memory. Start it without that option.',
  ),
  SOURCE_MISSING: row(2, false, 'There is no such file or folder to move from. Check the path.'),
  SOURCE_UNREADABLE: row(2, false, 'The folder to move from cannot be read. Check its permissions.'),
  SOURCE_INVALID: row(
    2,
    false,
    'What is there is not a device folder or export OpenMover can read. Check the path.',
  ),
  DESTINATION_MISSING: row(
    2,
    false,
    'The folder to move into does not exist and cannot be made. Check the path.',
  ),
  DESTINATION_UNWRITABLE: row(2, false, 'The folder to move into cannot be written. Check its permissions.'),
  DESTINATION_BUSY: row(
    2,
    true,
    'Another OpenMover is receiving into this folder. Let it finish, or choose another folder.',
  ),
  TOO_MANY_MOVES: row(
    2,
    true,
    'This computer is carrying as many moves as it can. Wait until one of them has ended, or stop one.',
  ),
  PORT_IN_USE: row(
    2,
    true,
    'The port is in use by another program. Choose another with --port, or leave it out.',
  ),
  HOST_UNAVAILABLE: row(2, false, 'This device has no such address to listen on. Check --host.'),
  NOT_FOUND: row(
    1,
    true,
    'No new device of that name was found. Start the move there first, on the same Wi-Fi, or use --to HOST:PORT.',
  ),
  AMBIGUOUS: row(2, false, 'More than one new device was found. Say which with --to NAME.'),
  UNREACHABLE: row(
    1,
    true,
    'Nothing answers at that address. Check the address, and that the new device is waiting.',
  ),
  NOT_OPENMOVER: row(1, false, 'What answers at that address is not OpenMover. Check the address.'),
  PEER_VERSION: row(
    7,
    false,
    'The other device runs another version of OpenMover. Update both and try again.',
  ),
  WRONG_CODE: row(3, false, 'That is not the code. Read it again on the new device and start again.'),
  PAIRING_FAILED: row(
    3,
    true,
    'The two devices could not agree on a secure connection. Start again with a new code.',
  ),
  PAIRING_BUSY: row(
    3,
    true,
    'The new device is talking to another device just now. Wait a moment and try again.',
  ),
  PAIRING_LOCKED: row(3, false, 'Too many wrong codes. Start the new device again to go on.'),
  CODE_INVALID: row(2, false, 'A code has six digits. Read it again on the new device.'),
  SAME_DEVICE: row(7, false, 'These are the same device. Choose another device to move to.'),
  REFUSED: row(7, false, 'The other device did not accept the move.'),
  NO_SPACE: row(
    5,
    false,
    'There is not enough free space on the new device. What had arrived is kept: free some space and run both sides again to go on.',
  ),
  TEMP_UNWRITABLE: row(
    5,
    false,
    'There is no room for temporary files on this device. Free some space, or set TMPDIR to a folder that has some, and start again.',
  ),
  HOTSPOT_UNAVAILABLE: row(
    1,
    true,
    'This computer cannot make a Wi-Fi. Switch on the hotspot of a phone and join it with both devices; no mobile data is used.',
  ),
  RECEIPT_CHANGED: row(
    1,
    false,
    'This receipt is not as it was signed: something in it was changed afterwards.',
  ),
  RECEIPT_UNREADABLE: row(
    1,
    false,
    'This is no receipt that OpenMover saved, or not a whole one, so nothing can be said of it.',
  ),
  PASSWORD_NEEDED: row(
    8,
    true,
    'A password is needed to read this device. Start again on a terminal, or with --secrets-stdin and {"password":"…"}.',
  ),
  PASSWORD_WRONG: row(8, true, 'That password does not open it. Try another one; nothing was changed.'),
  DEVICE_LOCKED: row(8, true, 'The device is locked. Unlock it, keep its screen on and start again.'),
  DEVICE_UNAUTHORIZED: row(
    8,
    true,
    'The device has not allowed this computer yet. Look at its screen, allow it there and start again.',
  ),
  DEVICE_OFFLINE: row(
    8,
    true,
    'The device is connected and does not answer. Unplug it, plug it in again, unlock it and start again.',
  ),
  DEVICE_MISSING: row(
    8,
    true,
    'No such device is connected to this computer. See mover devices, connect it and start again.',
  ),
  PEER_VIOLATION: row(
    1,
    false,
    'The other device sent something it should not, so the move was stopped. What had arrived before is kept.',
  ),
  INTERRUPTED: row(
    4,
    true,
    'The connection was lost. What had arrived is safe; run both sides again to go on.',
  ),
  PEER_CANCELLED: row(
    4,
    true,
    'The other device stopped the move. What was at the destination is unchanged; run both sides again to go on.',
  ),
  NOTHING_TO_UNDO: row(
    2,
    false,
    'There is no move here that can be taken back: only the last one can, once, unless it was received with --no-undo.',
  ),
  NOT_OURS: row(
    2,
    false,
    'A file or folder there has a name of OpenMover’s, and others could have changed it. It was left alone: look at it, and remove it if it is not needed.',
  ),
  STAGING_UNREADABLE: row(
    2,
    false,
    'An interrupted move left files there, and no list that says what they are. Nothing was changed: go on with the old device, or remove them with mover staging DIR --discard.',
  ),
  CANCELLED: row(130, true, 'The move was stopped. What was at the destination is unchanged.'),
  DESTINATION_FAILED: row(
    4,
    true,
    'The destination could not be written any more. What had arrived is safe; mend it and run both sides again.',
  ),
} as const satisfies Record<string, ErrorRow>;

/** A stable code of a failure: what programs may rely on, and all that crosses the wire of an error. */
export type ErrorCode = keyof typeof ERRORS;

/** Every code a `MoverError` can have. */
export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/**
 * A failure with a stable code. `detail` is for the person at this device only (a path they typed, a port number);
 * it never crosses the wire and must never hold a secret or an identifier.
 */
export class MoverError extends Error {
  override readonly name = 'MoverError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;

  /** @param options.sentence in place of the table's, where it would miss what this person did. */
  constructor(code: ErrorCode, options: { detail?: string; sentence?: string; cause?: unknown } = {}) {
    super(messageOf(code, options), { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
  }

  get exitCode(): number {
    return ERRORS[this.code].exitCode;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }

  /** The error as it is, or an `UNEXPECTED` one that carries it as its cause. */
  static from(error: unknown, fallback: ErrorCode = 'UNEXPECTED'): MoverError {
    return error instanceof MoverError ? error : new MoverError(fallback, { cause: error });
  }
}

function messageOf(code: ErrorCode, { detail, sentence }: { detail?: string; sentence?: string }): string {
  const text = sentence ?? ERRORS[code].message;
  if (detail === undefined) return text;
  // What is wrong with a command comes first: it is all that its writer has to read.
  if (code === 'USAGE') return `${detail.replace(/[.]$/, '')}. See mover --help.`;
  return `${text} (${detail})`;
}
