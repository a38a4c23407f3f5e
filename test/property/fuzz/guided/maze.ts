/** A parser with a fault behind four checks in a row: one in 2^32 inputs finds it by chance. */
import type { Target } from '../target.ts';

const WORD = 'maze';

function depthOf(bytes: Buffer): number {
  let depth = 0;
  if (bytes[0] === WORD.charCodeAt(0)) {
    depth = 1;
    if (bytes[1] === WORD.charCodeAt(1)) {
      depth = 2;
      if (bytes[2] === WORD.charCodeAt(2)) {
        depth = 3;
        if (bytes[3] === WORD.charCodeAt(3)) depth = 4;
      }
    }
  }
  return depth;
}

export const maze: Target = {
  promise: 'it never gets through',
  covers: /guided\/maze\.ts$/,
  tokens: [],
  seeds: () => [Buffer.from('----')],
  open: () => (bytes) => {
    if (depthOf(bytes) === WORD.length) throw new Error('through the maze');
  },
};
