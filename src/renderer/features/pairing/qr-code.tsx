/** A QR code (ISO/IEC 18004) as one path: dark on white in both themes, for that is what cameras read. */
import { useMemo } from 'react';
import { encode } from 'uqr';
import classes from './qr-code.module.css';

interface QrCodeProps {
  readonly text: string;
  /** Says what it is for. */
  readonly label: string;
}

export function QrCode({ text, label }: QrCodeProps) {
  const { path, size } = useMemo(() => {
    // The quiet zone is the frame's padding. M recovers 15 %: a reflection on the screen.
    const { data, size: modules } = encode(text, { ecc: 'M', border: 0 });
    return { path: pathOf(data), size: modules };
  }, [text]);
  return (
    <svg
      className={classes.qr}
      viewBox={`-4 -4 ${size + 8} ${size + 8}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect x={-4} y={-4} width={size + 8} height={size + 8} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}

/** One rectangle for each run of dark modules in a row. */
function pathOf(rows: readonly (readonly boolean[])[]): string {
  const runs: string[] = [];
  rows.forEach((row, y) => {
    let from = 0;
    while (from < row.length) {
      let to = from;
      while (row[to] === true) to += 1;
      if (to > from) runs.push(`M${from} ${y}h${to - from}v1h${from - to}z`);
      from = to + 1;
    }
  });
  return runs.join('');
}
