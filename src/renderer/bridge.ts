/**
 * The window's only way out: typed access to what the preload put on `window.openmover`. Nothing else in the renderer
 * reaches outside the page, so a page with a bridge of its own (a test's) is the whole app.
 */
import type {
  Answers,
  Bridge,
  Place,
  RequestArguments,
  RequestName,
  WindowEvent,
} from '../main/ipc/contract.ts';
import { RequestFailure } from './request-failure.ts';

declare global {
  interface Window {
    readonly openmover?: Bridge;
  }
}

function bridge(): Bridge {
  const found = window.openmover;
  if (found === undefined) throw new RequestFailure('UNEXPECTED');
  return found;
}

/** @throws RequestFailure with the code main answered. */
export async function request<N extends RequestName>(
  name: N,
  ...args: RequestArguments<N>
): Promise<Answers[N]> {
  const answer = await bridge().request(name, ...args);
  if (!answer.ok) throw new RequestFailure(answer.code);
  return answer.value;
}

/** @returns how to stop listening. Where there is no bridge nothing comes; the first request says what is wrong. */
export const onEvent = (listener: (event: WindowEvent) => void): (() => void) =>
  window.openmover?.onEvent(listener) ?? (() => undefined);

/**
 * What was dragged in, as one place; null when none of it is on a disk.
 * @throws RequestFailure with the code main answered.
 */
export async function drop(role: Place['role'], files: readonly File[]): Promise<Place | null> {
  const answer = await bridge().drop(role, files);
  if (!answer.ok) throw new RequestFailure(answer.code);
  return answer.value;
}

export { RequestFailure };
