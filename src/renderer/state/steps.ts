/** The seven steps of the way, in order. */
export const STEPS = ['start', 'promise', 'where', 'meet', 'choose', 'moving', 'receipt'] as const;
export type Step = (typeof STEPS)[number];
