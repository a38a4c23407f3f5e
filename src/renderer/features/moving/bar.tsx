/** How far something is, as a bar that can be read out. */
import { Progress } from '@mantine/core';

interface BarProps {
  /** 0 to 1 */
  readonly share: number;
  readonly label: string;
  /** The same in words, for those who hear it. */
  readonly text: string;
  readonly thick?: boolean;
  readonly tone?: 'moving' | 'waiting' | 'done';
}

const COLOURS = {
  moving: 'var(--om-accent)',
  waiting: 'var(--om-attention)',
  done: 'var(--om-good)',
} as const;

export function Bar({ share, label, text, thick = false, tone = 'moving' }: BarProps) {
  return (
    <Progress.Root size={thick ? 12 : 6} style={{ background: 'var(--om-line)' }}>
      <Progress.Section
        value={share * 100}
        aria-label={label}
        aria-valuetext={text}
        color={COLOURS[tone]}
        // Gliding from one figure to the next would be painted sixty times a second: a core, where there is no GPU.
        style={{ transition: 'none' }}
      />
    </Progress.Root>
  );
}
