/** Can this app run there? A pure decision table over plain facts. */
export { explainReason, judgeApps, REASONS } from './judge.ts';
export { factsOf, reasonFactsSchema, type ReasonFacts } from './reason-facts.ts';
