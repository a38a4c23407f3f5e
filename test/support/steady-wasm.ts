/**
 * Before the tests of a file: keeps V8 from optimising the wrappers of WebAssembly. Node strips the types of the sources by a
 * WebAssembly module, in each worker thread of a test; in Node 24.21 two threads that optimise its wrappers at one time end
 * the process now and then (SIGSEGV in Runtime_TierUpWasmToJSWrapper, WasmEngine::FreeDeadCode). The built command has no
 * types to strip.
 */
import { setFlagsFromString } from 'node:v8';

/** Calls of a wrapper before it is optimised: never reached. */
setFlagsFromString('--wasm-wrapper-tiering-budget=1000000000');
