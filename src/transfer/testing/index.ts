/**
 * `openmover/testing`: the promises of the ports as tests, for whoever writes a device of their own. They work with any
 * test runner and assert with `node:assert`.
 */
export type { DefineTest } from './define-test.ts';
export { type DiskSubject, diskDestinationContract } from './disk-destination-contract.ts';
export { isRecordLine } from './record-line.ts';
export { sourceContract, type SourceContractOptions } from './source-contract.ts';
