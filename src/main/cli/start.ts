/** The `mover` command, on a Node that can run it (index.ts has looked). */
import { readFileSync } from 'node:fs';
import { MoverError } from '../../transfer/errors.ts';
import { refuseInspector, refuseUnsafeRuntime, sealMemory } from '../../transfer/privacy/runtime.ts';
import { keepHeapSmall } from '../small-heap.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { processIo } from '../terminal/io.ts';
import { main } from './main.ts';

sealMemory();
keepHeapSmall();

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const exit = (code: number): never => process.exit(code);
const interrupt = interruptible(process, exit, () => new MoverError('CANCELLED'));
const exitCode = await main({
  args: process.argv.slice(2),
  version,
  io: processIo(),
  loadEngine: async () => {
    refuseUnsafeRuntime(process.execArgv, process.env.NODE_OPTIONS, process.report);
    refuseInspector();
    return await import('../../transfer/index.ts');
  },
  signal: interrupt.signal,
  hold: (say) => {
    interrupt.hold(say);
  },
});
interrupt.dispose();
// Everything written before this has been taken once an empty write has.
process.stdout.write('', () => process.stderr.write('', () => exit(exitCode)));
