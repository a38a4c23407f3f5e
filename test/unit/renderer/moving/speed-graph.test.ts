import { describe, expect, it } from 'vitest';
import { speedGraph } from '../../../../src/renderer/features/moving/speed-graph.ts';

const SIZE = { width: 600, height: 100 };
const sample = (at: number, bytesPerSecond: number) => ({ at, bytesPerSecond });

/** The points of a path of straight lines. */
const pointsOf = (path: string): number[][] =>
  path
    .replace('Z', '')
    .slice(1)
    .split('L')
    .map((point) => point.split(' ').map(Number));

describe('the graph of the speed', () => {
  it('is not drawn from nothing or from a single report', () => {
    expect(speedGraph([], SIZE)).toMatchObject({ line: '', area: '', seconds: 0 });
    expect(speedGraph([sample(5, 70)], SIZE)).toMatchObject({ line: '', most: 70, least: 70 });
    expect(speedGraph([sample(5, 70), sample(5, 80)], SIZE).line).toBe('');
  });

  it('runs from the left edge to the right one, and stays inside', () => {
    const samples = Array.from({ length: 60 }, (_, index) => sample(index * 1_000, 1e6 * (1 + (index % 7))));
    const points = pointsOf(speedGraph(samples, SIZE).line);
    expect(points).toHaveLength(60);
    expect(points[0]?.[0]).toBe(0);
    expect(points.at(-1)?.[0]).toBe(600);
    for (const [, y] of points) {
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThanOrEqual(100);
    }
  });

  it('fills only part of the width in the first seconds', () => {
    const points = pointsOf(speedGraph([sample(0, 10), sample(5_000, 10)], SIZE).line);
    expect(points.at(-1)?.[0]).toBe(150);
  });

  it('falls to the ground where nothing was reported', () => {
    const lost = speedGraph([sample(0, 50), sample(1_000, 50), sample(31_000, 50)], SIZE);
    expect(pointsOf(lost.line).filter(([, y]) => y === 100)).toHaveLength(2);
    const steady = speedGraph([sample(0, 50), sample(1_000, 50), sample(3_500, 50)], SIZE);
    expect(pointsOf(steady.line).filter(([, y]) => y === 100)).toHaveLength(0);
  });

  it('tells in figures what it shows', () => {
    const graph = speedGraph([sample(0, 40), sample(10_000, 80), sample(12_000, 60)], SIZE);
    expect(graph).toMatchObject({ least: 40, most: 80, seconds: 12 });
  });

  it('lies on the ground when nothing moves, and takes no speed below it', () => {
    const graph = speedGraph([sample(0, 0), sample(1_000, -5)], SIZE);
    expect(pointsOf(graph.line).map(([, y]) => y)).toEqual([100, 100]);
  });

  it('closes its area at the ground', () => {
    const { area } = speedGraph([sample(0, 10), sample(20_000, 10)], SIZE);
    expect(area.endsWith('L600 100L0 100Z')).toBe(true);
  });
});
