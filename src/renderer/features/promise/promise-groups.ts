/** The clauses of the promise in the four questions people ask. A clause that is new here joins what is never kept. */

export const PROMISE_GROUPS = ['read', 'goes', 'keep', 'stop'] as const;
export type PromiseGroup = (typeof PROMISE_GROUPS)[number];

const GROUP_OF: Readonly<Record<string, PromiseGroup>> = {
  'read-to-be-moved': 'read',
  choice: 'read',
  'structured-copy': 'read',
  encryption: 'goes',
  'third-parties': 'goes',
  'android-id': 'keep',
  ssid: 'keep',
  'apple-credentials': 'keep',
  statistics: 'keep',
  retention: 'keep',
  withdrawal: 'stop',
};

/** @param clauses ids of `AppInfo.promise`, whose order is kept within a group. */
export function groupClauses(
  clauses: readonly string[],
): readonly { readonly group: PromiseGroup; readonly clauses: readonly string[] }[] {
  return PROMISE_GROUPS.map((group) => ({
    group,
    clauses: clauses.filter((id) => (Object.hasOwn(GROUP_OF, id) ? GROUP_OF[id] : 'keep') === group),
  }));
}
