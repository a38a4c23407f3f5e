/** `mover sample`: makes a made-up device to try things with. */
import { makeSample } from '../sample/make-sample.ts';
import type { DeviceName } from '../sample/devices.ts';

/** As the flags of the command line are called. */
export interface SampleOptions {
  readonly into: string;
  readonly contacts?: number;
  readonly messages?: number;
  readonly calls?: number;
  readonly events?: number;
  readonly apps?: number;
  readonly files?: number;
  /** Of all files together. */
  readonly bytes?: number;
  readonly seed?: number | string;
  readonly device?: DeviceName;
  readonly signal?: AbortSignal;
}

/** @throws MoverError as `makeSample` does */
export async function runSample({ bytes, ...options }: SampleOptions): Promise<void> {
  await makeSample(bytes === undefined ? options : { ...options, fileBytes: bytes });
}
