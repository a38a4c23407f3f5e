/** What a command finds at `--into`, opened for a question or an undo, and closed at the end. */
import { stat } from 'node:fs/promises';
import type { DeviceIo, DeviceMessage } from '../../transfer/devices/device-io.ts';
import type { Destination } from '../../transfer/devices/port.ts';
import { deviceNamed } from '../../transfer/index.ts';
import type { Context } from './context.ts';
import { noFolder } from './options.ts';
import { canAsk } from './prompt.ts';
import { type DeviceOptions, withDeviceIo } from './with-source.ts';

/**
 * Opens a device that is there. @throws MoverError `DESTINATION_MISSING` for a folder that is not: opening one would make it.
 */
export async function withExisting<T>(
  into: string,
  options: DeviceOptions,
  context: Context,
  work: (destination: Destination) => Promise<T>,
): Promise<T> {
  if (deviceNamed(into) === undefined) {
    const there = await stat(into).catch(() => undefined);
    if (there?.isDirectory() !== true) throw noFolder(into);
  }
  return withDeviceIo(options, context, async (device) => {
    const destination = await context.engine.openDestination(into, device);
    try {
      return await work(destination);
    } finally {
      await destination.close();
    }
  });
}

/** For a device that is moved into: nothing is asked, since what can be written has no password. */
export const destinationIo = (
  { io, signal }: Context,
  tell: (message: DeviceMessage) => void,
  mayAsk: boolean,
): DeviceIo => ({
  tell,
  askPassword: () => Promise.resolve(undefined),
  askAccount: () => Promise.resolve(undefined),
  attended: mayAsk && canAsk(io),
  signal,
});
