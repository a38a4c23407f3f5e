/** Sizes of the page, as a browser steps through them; 200 % is what the layout is made for. */
const STEPS = [0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2] as const;

export function zoomed(factor: number, direction: 'in' | 'out'): number {
  const next =
    direction === 'in'
      ? STEPS.find((step) => step > factor + 0.01)
      : [...STEPS].reverse().find((step) => step < factor - 0.01);
  return next ?? (direction === 'in' ? 2 : 0.75);
}
