/** A made-up device of any size, the same for the same seed. */
export { DEVICES, type DeviceName } from './devices.ts';
export { makeSample, type SampleOptions } from './make-sample.ts';
