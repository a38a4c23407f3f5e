/** Moves this machine carries side by side: two a core keep it busy, more only make each other wait. */
export const maxMoves = (cores: number): number => Math.min(8, Math.max(2, cores * 2));
