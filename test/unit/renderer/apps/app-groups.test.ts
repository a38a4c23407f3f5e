import { describe, expect, it } from 'vitest';
import type { AppVerdict } from '../../../../src/main/ipc/contract.ts';
import {
  canBeChosen,
  defaultApps,
  groupApps,
  GROUPS,
  insistedOn,
  searchApps,
} from '../../../../src/renderer/features/apps/app-groups.ts';
import { VERDICTS } from '../../../../src/transfer/compat/facts.ts';
import { appFacts } from './facts.ts';

const APPS = [
  appFacts('org.zebra', { label: 'Zebra', versionName: ' 2.1 ', sizeBytes: 5 }),
  appFacts('org.tune', { label: 'Música' }),
  appFacts('org.plain', { versionCode: 42 }),
  appFacts('org.old', { label: 'Old One' }),
  appFacts('org.other', { label: 'Other' }),
  appFacts('org.there', { label: 'There' }),
];
const judged = (id: string, verdict: AppVerdict['verdict'], ...reasons: string[]): AppVerdict => ({
  package: id,
  verdict,
  reasons,
});
const JUDGED = [
  judged('org.zebra', 'yes', 'DATA_STAYS'),
  judged('org.tune', 'yes', 'DATA_STAYS'),
  judged('org.plain', 'warning', 'NEEDS_GOOGLE', 'OTHER_SCREEN', 'DATA_STAYS'),
  judged('org.old', 'no', 'OLDER_SDK', 'NEEDS_GOOGLE', 'DATA_STAYS'),
  judged('org.other', 'no', 'NO_MATCHING_ABIS'),
  judged('org.there', 'skip', 'ALREADY_THERE'),
];

const groupOf = (verdict: AppVerdict['verdict']) =>
  groupApps(APPS, JUDGED).find((group) => group.verdict === verdict)!;

describe('apps are looked through', () => {
  it('in a group for every verdict there is', () => {
    expect([...GROUPS].sort()).toEqual([...VERDICTS].sort());
  });

  it('every app in one group, by its name, its version as its maker wrote it', () => {
    expect(groupApps(APPS, JUDGED).map(({ apps }) => apps.length)).toEqual([2, 1, 2, 1]);
    expect(groupOf('yes').apps.map(({ name }) => name)).toEqual(['Música', 'Zebra']);
    expect(groupOf('yes').apps[1]).toMatchObject({ version: '2.1', sizeBytes: 5 });
  });

  it('an app without a name is called by its package, one without a version name by its number', () => {
    expect(groupOf('warning').apps[0]).toMatchObject({ name: 'org.plain', version: '42' });
  });

  it('counts of reasons add up to the group, and what holds for all apps is no reason', () => {
    expect(groupOf('no').reasons).toEqual([
      { reason: 'OLDER_SDK', count: 1 },
      { reason: 'NO_MATCHING_ABIS', count: 1 },
    ]);
    expect(groupOf('yes').reasons).toEqual([]);
    expect(groupOf('warning').apps[0]?.reasons).toEqual(['NEEDS_GOOGLE', 'OTHER_SCREEN']);
  });

  it('an app that was judged and never described is shown by its package', () => {
    const [yes] = groupApps([], [judged('org.ghost', 'yes')]);
    expect(yes?.apps).toEqual([
      {
        package: 'org.ghost',
        name: 'org.ghost',
        version: '',
        sizeBytes: 0,
        verdict: 'yes',
        reasons: [],
        facts: [],
      },
    ]);
  });

  it('a package judged twice is one app', () => {
    const twice = [judged('org.zebra', 'yes'), judged('org.zebra', 'no', 'OLDER_SDK')];
    expect(groupApps(APPS, twice).map(({ apps }) => apps.length)).toEqual([0, 0, 1, 0]);
  });
});

describe('what moves', () => {
  it('is what can run there, with or without a warning, unless the person says otherwise', () => {
    expect(defaultApps(JUDGED)).toEqual(new Set(['org.zebra', 'org.tune', 'org.plain']));
  });

  it('an app that cannot run there counts as insisted on once it is chosen', () => {
    expect(insistedOn(JUDGED, defaultApps(JUDGED))).toBe(0);
    expect(insistedOn(JUDGED, new Set(['org.old', 'org.zebra']))).toBe(1);
  });

  it('what is there already cannot be chosen', () => {
    expect(groupOf('skip').apps.some(canBeChosen)).toBe(false);
    expect(groupOf('no').apps.every(canBeChosen)).toBe(true);
  });
});

describe('a search', () => {
  const apps = groupApps(APPS, JUDGED).flatMap((group) => group.apps);
  const found = (text: string): string[] => searchApps(apps, text).map((app) => app.package);

  it('finds by name or package, in any case, with or without accents', () => {
    expect(found('musica')).toEqual(['org.tune']);
    expect(found('MÚSICA')).toEqual(['org.tune']);
    expect(found('org.pl')).toEqual(['org.plain']);
  });

  it('wants every word, in any order', () => {
    expect(found('one old')).toEqual(['org.old']);
    expect(found('one zebra')).toEqual([]);
  });

  it('for nothing finds everything', () => {
    expect(searchApps(apps, '  ')).toBe(apps);
  });

  it('takes signs of a pattern as they are', () => {
    expect(found('.*')).toEqual([]);
    expect(found('(')).toEqual([]);
  });
});
