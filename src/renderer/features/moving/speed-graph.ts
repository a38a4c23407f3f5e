/** Speed over time as the paths of a picture: a line, and the area under it. Pure geometry, no SVG of its own. */
import type { MovingFigures } from '../../state/move-state.ts';

type Samples = MovingFigures['speeds'];

export interface SpeedGraph {
  /** `d` of an SVG path; empty when there is no line to draw yet. */
  readonly line: string;
  readonly area: string;
  /** Bytes per second at the top edge. */
  readonly top: number;
  readonly least: number;
  readonly most: number;
  /** From the first sample to the last. */
  readonly seconds: number;
}

/** A move that has just begun draws into part of the width, so that a second of it does not look like all of it. */
const LEAST_SPAN_MS = 20_000;
/** No report for so long means that nothing moved (they come several times a second while something does). */
const SILENCE_MS = 3_000;
/** Space above the highest point. */
const HEADROOM = 1.15;

export function speedGraph(samples: Samples, size: { width: number; height: number }): SpeedGraph {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 2 || last.at <= first.at) {
    const speed = last?.bytesPerSecond ?? 0;
    return { line: '', area: '', top: speed * HEADROOM, least: speed, most: speed, seconds: 0 };
  }
  const speeds = samples.map(({ bytesPerSecond }) => Math.max(0, bytesPerSecond));
  const most = Math.max(...speeds);
  const top = most === 0 ? 1 : most * HEADROOM;
  const span = Math.max(LEAST_SPAN_MS, last.at - first.at);
  const point = ({ at, bytesPerSecond }: Samples[number]): string => {
    const x = ((at - first.at) / span) * size.width;
    const y = size.height - (Math.max(0, bytesPerSecond) / top) * size.height;
    return `${rounded(x)} ${rounded(y)}`;
  };
  const points = withSilences(samples).map(point);
  const line = `M${points.join('L')}`;
  const end = rounded(((last.at - first.at) / span) * size.width);
  return {
    line,
    area: `${line}L${end} ${size.height}L0 ${size.height}Z`,
    top,
    least: Math.min(...speeds),
    most,
    seconds: (last.at - first.at) / 1_000,
  };
}

/** While the network was gone nothing was reported: the line goes to the ground and not straight across. */
function withSilences(samples: Samples): Samples {
  return samples.flatMap((sample, index) => {
    const before = samples[index - 1];
    if (before === undefined || sample.at - before.at <= SILENCE_MS) return [sample];
    return [{ at: before.at + 500, bytesPerSecond: 0 }, { at: sample.at - 1, bytesPerSecond: 0 }, sample];
  });
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
