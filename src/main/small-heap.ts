/**
 * Keeps the heaps of a move small. A move makes much garbage and little that lasts; left alone, V8 lets the new space of each
 * thread grow to 48 MiB and the old one to four times what lives before it looks for garbage: 80 MiB more for 50,000 files, and
 * no faster. Growing by a fifth only took 20 MiB less and 1.1 times as long.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** To be called before anything large is made: a heap does not shrink by it. */
export function keepHeapSmall(): void {
  growNewSpaceOnce();
  // So small a space is collected sooner by the thread that waits for it than by helpers that have to be woken: some
  // hundred times in a move of 50,000 files, which takes 0.97 of the time without them.
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString('--heap-growing-percent=60');
  // What lives a little longer than most would from then on be made among the old, and collected late: merging 100,000
  // messages took 230 MB with that and 140 MB without.
  setFlagsFromString('--no-allocation-site-pretenuring');
}

/** A thousand small objects a step; it takes some twenty, and three milliseconds. */
const MOST_STEPS = 64;
const STEP_OBJECTS = 1_000;

/**
 * Lets the new space of this thread grow from 1 MiB to 4, and no more. As V8 begins it is collected four times as often,
 * and that took a twentieth of the processor time of a move of 50,000 files. V8 grows it only once as much has survived in
 * it as it holds, so something has to survive.
 */
function growNewSpaceOnce(): void {
  const before = newSpaceBytes();
  setFlagsFromString('--semi-space-growth-factor=4');
  const survivors: unknown[] = [];
  // The first collection makes its second half, which doubles it; a growth is what goes beyond that.
  for (let step = 0; step < MOST_STEPS && newSpaceBytes() <= 2 * before; step += 1) {
    for (let made = 0; made < STEP_OBJECTS; made += 1) survivors.push([made]);
  }
  setFlagsFromString('--semi-space-growth-factor=1');
}

const newSpaceBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;
