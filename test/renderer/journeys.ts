/** How a person comes to each step, by clicks, and by what main tells. */
import type { ErrorCode, MoveUpdate, Receipt, WindowEvent } from '../../src/main/ipc/contract.ts';
import type { Script } from './fake-bridge.ts';
import { APPS, offer, plan, TYPICAL } from './fixtures/offers.ts';
import { NEARBY, OTTER, PICTURES } from './fixtures/places.ts';
import { code, LISTENING, PAIRED } from './fixtures/updates.ts';
import { press, type Visit } from './visit.ts';

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const refused = (failure: ErrorCode): { readonly ok: false; readonly code: ErrorCode } => ({
  ok: false,
  code: failure,
});

export const INSPECTED: Script = { 'places.inspect': ok({ kinds: TYPICAL, apps: APPS }) };

/** Old device, with one of this computer's folders chosen. */
export async function chooseSource(visit: Visit, script: Script = {}): Promise<void> {
  await visit.open({ ...INSPECTED, ...script });
  await visit.begin('old');
  await press(visit.page.getByRole('checkbox', { name: PICTURES.name }));
}

export async function find(visit: Visit, script?: Script): Promise<void> {
  await chooseSource(visit, script);
  await visit.click('common.next');
  await visit.at('meet');
}

export const nearby = (devices = NEARBY): WindowEvent => ({ type: 'devices', devices });

export async function enterCode(visit: Visit, script?: Script): Promise<void> {
  await find(visit, script);
  await visit.tell([nearby()]);
  await press(visit.page.getByRole('button', { name: OTTER.name }));
}

const boxes = (visit: Visit) => visit.page.getByRole('textbox', { name: /./ });

/** @returns when the move's process has been asked for. */
export async function typeCode(visit: Visit, digits = '471902'): Promise<void> {
  await boxes(visit).first().focus();
  await visit.page.keyboard.type(digits);
  await visit.drawn();
}

/** Old device, paired, with its offer said and the plan come. */
export async function choose(
  visit: Visit,
  updates: readonly MoveUpdate[] = [offer(TYPICAL), plan()],
): Promise<void> {
  await enterCode(visit);
  await typeCode(visit);
  await visit.tellMove('move-1', [PAIRED, ...updates]);
  await visit.at('choose');
}

/** Old device, under way. */
export async function send(visit: Visit, updates: readonly MoveUpdate[], stepMs = 0): Promise<void> {
  await choose(visit);
  await visit.click('choose.move');
  await visit.tellMove('move-1', updates, stepMs);
}

/** New device, with its code shown. */
export async function wait(
  visit: Visit,
  updates: readonly MoveUpdate[] = [LISTENING, code()],
  script?: Script,
): Promise<void> {
  await visit.open(script);
  await visit.begin('new');
  await visit.click('common.next');
  await visit.at('meet');
  await visit.tellMove('move-1', updates);
}

export async function offered(visit: Visit, what: MoveUpdate): Promise<void> {
  await wait(visit, [LISTENING, code(), PAIRED, what]);
  await visit.at('choose');
}

/** New device, under way. */
export async function receive(
  visit: Visit,
  updates: readonly MoveUpdate[],
  stepMs = 0,
  script?: Script,
): Promise<void> {
  await wait(visit, [LISTENING, code(), PAIRED, offer(TYPICAL, { freeBytes: 212_400_000_000 })], script);
  await visit.click('choose.offered.accept');
  await visit.tellMove('move-1', updates, stepMs);
}

export const ended = (failure?: ErrorCode): MoveUpdate => ({ type: 'ended', code: failure });
export const receipt = (what: Receipt): readonly MoveUpdate[] => [
  { type: 'receipt', receipt: what },
  ended(),
];

/** New device, with another folder asked for. */
export async function pickDestination(visit: Visit, script: Script): Promise<void> {
  await visit.open(script);
  await visit.begin('new');
  await visit.click('common.otherFolder');
}
