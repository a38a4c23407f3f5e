/** Exit codes of the contract that do not come with an error. */
import type { Receipt } from '../../transfer/wire/messages.ts';

export function exitCodeOf({ outcome }: Receipt): number {
  switch (outcome) {
    case 'complete':
    case 'dry-run':
      return 0;
    case 'partial':
      return 6;
    case 'interrupted':
      return 4;
  }
}
