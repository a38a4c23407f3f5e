/** A device opened for a command that only reads it: its questions answered, its words shown, and closed at the end. */
import type { DeviceMessage } from '../../transfer/devices/device-io.ts';
import type { Source } from '../../transfer/devices/port.ts';
import { printable } from '../../transfer/privacy/escape.ts';
import type { Context } from './context.ts';
import { terminalDeviceIo } from './device-io.ts';
import type { DeviceIo, SourceSpec } from './engine.ts';
import type { Io } from './io.ts';
import { jsonLine } from './json-line.ts';
import { StdinSecrets } from './secrets.ts';

export interface DeviceOptions {
  readonly json?: boolean;
  readonly secretsStdin?: boolean;
}

/** What a device tells and asks while `work` reads it. */
export async function withDeviceIo<T>(
  options: DeviceOptions,
  { io, signal }: Context,
  work: (device: DeviceIo) => Promise<T>,
): Promise<T> {
  const secrets = new StdinSecrets(options.secretsStdin, io.input, signal);
  try {
    return await work(
      terminalDeviceIo({
        ...{ io, secrets, signal },
        mayAsk: options.secretsStdin !== true,
        tell: options.json === true ? tellAsJson(io) : tellAsText(io),
      }),
    );
  } finally {
    await secrets.wipe();
  }
}

export function withSource<T>(
  spec: SourceSpec,
  options: DeviceOptions,
  context: Context,
  work: (source: Source) => Promise<T>,
): Promise<T> {
  return withDeviceIo(options, context, async (device) => {
    const source = await context.engine.openSource(spec, device);
    try {
      return await work(source);
    } finally {
      await source.close();
    }
  });
}

const tellAsJson =
  ({ output }: Io) =>
  ({ message, action }: DeviceMessage): void => {
    output.write(jsonLine({ event: 'device', message, ...(action === undefined ? {} : { action }) }));
  };

/** Beside the results, which may be piped on. */
const tellAsText =
  ({ errors }: Io) =>
  ({ message, action }: DeviceMessage): void => {
    errors.write(`${printable(action === undefined ? message : `${message} ${action}`)}\n`);
  };
