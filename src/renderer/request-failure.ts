import type { ErrorCode } from '../main/ipc/contract.ts';

/** A request that main refused or could not do. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }

  /** The code of anything thrown: a fault of our own counts as unexpected. */
  static codeOf(error: unknown): ErrorCode {
    return error instanceof RequestFailure ? error.code : 'UNEXPECTED';
  }
}
