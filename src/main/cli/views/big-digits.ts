/**
 * A code in digits of five lines, to be read from across a counter.
 */
const FONT: Readonly<Record<string, readonly string[]>> = {
  '0': ['██████', '██  ██', '██  ██', '██  ██', '██████'],
  '1': ['  ██  ', '████  ', '  ██  ', '  ██  ', '██████'],
  '2': ['██████', '    ██', '██████', '██    ', '██████'],
  '3': ['██████', '    ██', ' █████', '    ██', '██████'],
  '4': ['██  ██', '██  ██', '██████', '    ██', '    ██'],
  '5': ['██████', '██    ', '██████', '    ██', '██████'],
  '6': ['██████', '██    ', '██████', '██  ██', '██████'],
  '7': ['██████', '    ██', '   ██ ', '  ██  ', '  ██  '],
  '8': ['██████', '██  ██', '██████', '██  ██', '██████'],
  '9': ['██████', '██  ██', '██████', '    ██', '██████'],
};
const ROWS = [0, 1, 2, 3, 4] as const;

/** Six digits as people read them: two groups of three. */
export function grouped(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

/** Five lines; the two groups stand apart. @throws TypeError for anything but digits. */
export function bigDigits(code: string): readonly string[] {
  return ROWS.map((row) =>
    [code.slice(0, 3), code.slice(3)]
      .map((group) =>
        [...group]
          .map((digit) => {
            const line = FONT[digit]?.[row];
            if (line === undefined) throw new TypeError('not a digit');
            return line;
          })
          .join('  '),
      )
      .join('      ')
      .trimEnd(),
  );
}
