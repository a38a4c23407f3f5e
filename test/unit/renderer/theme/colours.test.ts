import { describe, expect, it } from 'vitest';
import { DARK, LIGHT, type Colours } from '../../../../src/renderer/theme/colours.ts';

/** Relative luminance (WCAG 2.2). */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ['page', 'surface', 'sunken'] as const satisfies readonly (keyof Colours)[];

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
] as const)('the %s theme', (_name, colours) => {
  it.each(GROUNDS)('has text that can be read on %s', (ground) => {
    for (const text of ['text', 'soft', 'accentText', 'good', 'attention', 'bad'] as const) {
      expect(contrast(colours[text], colours[ground]), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('has text that can be read on every wash', () => {
    for (const [wash, own] of [
      ['accentWash', 'accentText'],
      ['goodWash', 'good'],
      ['attentionWash', 'attention'],
      ['badWash', 'bad'],
    ] as const) {
      for (const text of ['text', 'soft', own] as const) {
        expect(contrast(colours[text], colours[wash]), `${text} on ${wash}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('has white on its buttons, also under the pointer', () => {
    expect(contrast('#ffffff', colours.accent)).toBeGreaterThanOrEqual(4.5);
    expect(contrast('#ffffff', colours.accentHover)).toBeGreaterThanOrEqual(4.5);
  });

  it('has edges of fields and boxes that can be seen', () => {
    for (const ground of ['page', 'surface'] as const) {
      expect(contrast(colours.edge, colours[ground])).toBeGreaterThanOrEqual(3);
    }
  });
});
