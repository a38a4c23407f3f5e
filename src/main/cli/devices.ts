/** `mover devices`: what can be read here, and what each still needs from the person. */
import type { DeviceListing } from '../../transfer/devices/open-source.ts';
import { printable } from '../../transfer/privacy/escape.ts';
import type { Context } from '../terminal/context.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { type DeviceOptions, withDeviceIo } from '../terminal/with-source.ts';

export async function runDevices(options: DeviceOptions, context: Context): Promise<number> {
  const { io, engine } = context;
  let found = 0;
  await withDeviceIo(options, context, async (device) => {
    for await (const listing of engine.listDevices(device)) {
      found += 1;
      io.output.write(options.json === true ? jsonLine({ event: 'device', ...listing }) : asText(listing));
    }
  });
  if (found === 0 && options.json !== true) io.output.write(`${NONE}\n`);
  return 0;
}

const NONE = 'No device was found here. A folder can always be named by its path: mover send --from DIR.';

const COLUMN = 28;

function asText({ device, name, state, action, details }: DeviceListing): string {
  const what = details === undefined ? name : `${name}, ${details}`;
  const first = `${printable(device).padEnd(COLUMN)}  ${printable(what)}\n`;
  const toDo = action ?? (state === 'ready' ? undefined : state);
  return toDo === undefined ? first : `${first}${' '.repeat(COLUMN + 2)}${printable(toDo)}\n`;
}
