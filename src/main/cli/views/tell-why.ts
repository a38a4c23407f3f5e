/** Where no new device was found: what the doctor sees of this device's network, by itself. */
import { MoverError } from '../../../transfer/errors.ts';
import type { Context } from '../../terminal/context.ts';
import type { View } from './view.ts';

export async function tellWhy(error: unknown, { engine, signal }: Context, view: View): Promise<void> {
  if (!(error instanceof MoverError) || error.code !== 'NOT_FOUND' || signal.aborted) return;
  const facts = await engine.examineLocal(signal).catch(() => undefined);
  if (facts === undefined) return;
  const { message, action } = engine.verdictOf(engine.diagnose({ ...facts, receivers: 0 }));
  if (message !== '') view.device({ message, ...(action === undefined ? {} : { action }) });
}
