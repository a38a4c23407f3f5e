/** `device.json`: what a device folder says of the device it stands for. */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type DeviceFacts, deviceFactsSchema } from '../../compat/facts.ts';
import { MoverError } from '../../errors.ts';
import { READ_ONLY } from '../../disk/read-only.ts';

export const DEVICE_FILE = 'device.json';

/** A phone with 10,000 apps takes some 2 MiB. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Other keys are ignored: a later version may say more. */
const deviceFileSchema = deviceFactsSchema.partial({ platform: true }).extend({ openmover: z.literal(1) });

/** A folder that says nothing of itself. Never the name of the machine: it would identify the person. */
const UNKNOWN_DEVICE: DeviceFacts = { platform: 'computer' };

/**
 * Facts of the device a folder stands for.
 * @throws MoverError `SOURCE_INVALID` when there is a `device.json` that is not what it should be, at the destination
 *   too: to go on without it would let apps through that cannot run there. `SOURCE_UNREADABLE` when it cannot be read.
 */
export function readDeviceFile(folder: string): DeviceFacts {
  const text = readBounded(join(folder, DEVICE_FILE));
  if (text === undefined) return UNKNOWN_DEVICE;
  const { name, platform, android } = parse(text);
  return {
    platform: platform ?? (android === undefined ? 'computer' : 'android'),
    ...(name !== undefined && { name }),
    ...(android !== undefined && { android }),
  };
}

function parse(text: string): z.infer<typeof deviceFileSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new MoverError('SOURCE_INVALID', { detail: `${DEVICE_FILE} is not JSON`, cause });
  }
  const result = deviceFileSchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue === undefined ? '' : `: ${issue.path.join('.')} ${issue.message}`;
  throw new MoverError('SOURCE_INVALID', { detail: `${DEVICE_FILE}${where}`, cause: result.error });
}

function readBounded(path: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, READ_ONLY);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP')
      throw new MoverError('SOURCE_INVALID', { detail: `${DEVICE_FILE} is a link`, cause });
    throw new MoverError('SOURCE_UNREADABLE', { detail: DEVICE_FILE, cause });
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new MoverError('SOURCE_INVALID', { detail: `${DEVICE_FILE} is not a file` });
    if (stats.size > MAX_BYTES)
      throw new MoverError('SOURCE_INVALID', { detail: `${DEVICE_FILE} is too large` });
    return readFileSync(fd, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw MoverError.from(cause, 'SOURCE_UNREADABLE');
  } finally {
    closeSync(fd);
  }
}
