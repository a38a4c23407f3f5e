/**
 * The ways in from the window. A request is done only when the app's own page asks, by a name of the contract, with
 * arguments that pass its schema; whatever goes wrong answers with a code, and is logged nowhere.
 */
import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { MoverError } from '../../transfer/index.ts';
import {
  DROP,
  DROP_CHANNEL,
  REQUEST_CHANNEL,
  REQUESTS,
  type Answer,
  type Answered,
  type Answers,
  type Place,
  type RequestArguments,
  type RequestName,
} from './contract.ts';

export type Handlers = {
  readonly [N in RequestName]: (...args: RequestArguments<N>) => Answers[N] | Promise<Answers[N]>;
};

/** What the preload asks for by itself, of what was dragged in. */
export type Drop = (role: Place['role'], paths: readonly string[]) => Place;

export interface Registered {
  readonly handlers: Handlers;
  readonly drop: Drop;
  /** Whether the app's own page sent it, from its main frame. */
  readonly isOurs: (event: IpcMainInvokeEvent) => boolean;
}

export function register(ipcMain: Pick<IpcMain, 'handle'>, { handlers, drop, isOurs }: Registered): void {
  ipcMain.handle(REQUEST_CHANNEL, (event, name: unknown, args: unknown) =>
    isOurs(event) ? answerRequest(handlers, name, args) : REFUSAL,
  );
  ipcMain.handle(DROP_CHANNEL, (event, args: unknown) => (isOurs(event) ? answerDrop(drop, args) : REFUSAL));
}

/** Never throws. */
export function answerDrop(drop: Drop, args: unknown): Answered<Place> {
  const parsed = DROP.safeParse(args);
  if (!parsed.success) return REFUSAL;
  try {
    return { ok: true, value: drop(...parsed.data) };
  } catch (error) {
    return { ok: false, code: MoverError.from(error).code };
  }
}

/** Never rejects. */
export async function answerRequest(
  handlers: Handlers,
  name: unknown,
  args: unknown,
): Promise<Answer<RequestName>> {
  if (!isRequestName(name)) return REFUSAL;
  try {
    const value = await call(handlers, name, args);
    return { ok: true, value };
  } catch (error) {
    return { ok: false, code: MoverError.from(error).code };
  }
}

function call<N extends RequestName>(
  handlers: Handlers,
  name: N,
  args: unknown,
): Answers[N] | Promise<Answers[N]> {
  const parsed = REQUESTS[name].safeParse(args);
  if (!parsed.success) throw new MoverError('USAGE');
  return handlers[name](...(parsed.data as RequestArguments<N>));
}

const isRequestName = (name: unknown): name is RequestName =>
  typeof name === 'string' && Object.hasOwn(REQUESTS, name);

const REFUSAL = { ok: false, code: 'USAGE' } as const;
