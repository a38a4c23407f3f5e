/** Can this app run there? A pure decision table over plain facts. */
export { explainReason, judgeApps, REASONS } from './judge.ts';
