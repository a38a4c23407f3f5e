/**
 * Entry of a host: a utility process in which the engine works for one task, so that neither its work nor its end
 * concerns the window.
 */
import { refuseInspector, refuseUnsafeRuntime, sealMemory } from '../../transfer/privacy/runtime.ts';
import { keepHeapSmall } from '../small-heap.ts';
import { runHost } from './host/host.ts';

// Keys and codes live here: a runtime that would write memory to disk gets none.
sealMemory();
refuseUnsafeRuntime(process.execArgv, process.env['NODE_OPTIONS'], process.report);
refuseInspector();

keepHeapSmall();
const { parentPort } = process;

// Main ends this process when it has heard `ended`: leaving by itself might lose that message.
void runHost({
  post: (message) => {
    parentPort.postMessage(message);
  },
  onMessage: (listener) => {
    parentPort.on('message', ({ data }: { data: unknown }) => {
      listener(data);
    });
  },
});
