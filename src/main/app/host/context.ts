/** What every task of a host is handed. */
import type { Discovery, RateLimit, Retry } from '../../../transfer/index.ts';
import type { FromHost } from './host-messages.ts';
import type { Question } from './question.ts';

export interface HostContext {
  readonly post: (message: FromHost) => void;
  readonly question: Question;
  readonly limit: RateLimit;
  readonly retry: Retry;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
}
