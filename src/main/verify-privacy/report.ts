/** How the findings of `mover verify-privacy` are told: a table of secrets and places for people, one object for programs. */
import { jsonLine } from '../terminal/json-line.ts';
import { SECRETS, type Secret } from './planted-secrets.ts';
import { type Layer, LAYERS, type LayerState } from './layers.ts';
import type { ScenarioName, ScenarioResult } from './scenarios.ts';
import { table } from '../terminal/table.ts';
import { bytes, count } from '../terminal/format.ts';

const VERDICTS = {
  clean: 'No planted identifier or credential was found.',
  found: 'The promise does not hold here.',
  unproved: 'Nothing was found, but not everything could be looked at: this is no proof.',
} as const;
type Verdict = keyof typeof VERDICTS;

export function verdictOf(scenarios: readonly ScenarioResult[]): Verdict {
  if (scenarios.some(({ findings, debuggable }) => findings.length > 0 || debuggable)) return 'found';
  return scenarios.every(({ ended, unread }) => ended && unread.length === 0) ? 'clean' : 'unproved';
}

export interface PrivacyReport {
  readonly verdict: Verdict;
  readonly layers: readonly LayerState[];
  /** Secrets that were looked for. */
  readonly secrets: readonly Secret[];
  readonly scenarios: readonly ScenarioResult[];
  readonly seconds: number;
}

export const SCENARIO_TEXT: Readonly<Record<ScenarioName, string>> = {
  complete: 'A whole move',
  undone: 'A move taken back',
  'wrong-code': 'A move with a wrong code',
  cancelled: 'A move stopped half-way',
  killed: 'A move whose two processes are killed',
  aborted: 'A move whose two processes abort, with core files allowed',
  debugged: 'A move that a debugger is asked into',
};

/** What is known of a run: `searches` counts every byte string looked for in every layer of every scenario. */
function figures({ scenarios, secrets, layers, seconds }: PrivacyReport) {
  const ran = layers.filter((state) => state.ran).length;
  return {
    secrets: secrets.length,
    forms: Math.max(...scenarios.map(({ needles }) => needles)),
    scenarios: scenarios.length,
    searches: scenarios.reduce((sum, { needles }) => sum + needles * ran, 0),
    bytes: scenarios.reduce(
      (sum, { searched }) => sum + Object.values(searched).reduce((all, part) => all + part.bytes, 0),
      0,
    ),
    seconds: Math.round(seconds * 10) / 10,
  };
}

export function asJson(report: PrivacyReport): string {
  const { verdict, layers, secrets, scenarios } = report;
  return jsonLine({
    verdict,
    layers,
    secrets,
    scenarios,
    figures: figures(report),
  });
}

export function asText(report: PrivacyReport): string {
  const { verdict, scenarios, layers } = report;
  const { forms, searches, bytes: searched, seconds } = figures(report);
  const details = scenarios.flatMap(({ name, ended, exit, findings, unread, debuggable }) => [
    ...(ended ? [] : [`  ${name}: ended otherwise, with ${Object.values(exit).map(String).join(' and ')}`]),
    ...findings.map(
      ({ layer, secret, form, place }) =>
        `  ${name}: ${SECRETS[secret]} as ${form} in ${place} (${LAYERS[layer]})`,
    ),
    ...(debuggable ? [`  ${name}: a debugger could attach, and see all that is in memory`] : []),
    ...unread.map((place) => `  ${name}: could not be searched: ${place}`),
  ]);
  return [
    '',
    table(secretRows(report)),
    '',
    table(scenarioRows(report)),
    '',
    `Looked for ${count(forms)} byte strings (text, UTF-16, hex, base64, digests), ${count(searches)} searches in all,`,
    `in ${bytes(searched)}; it took ${seconds.toFixed(1)} s.`,
    ...layers.flatMap(({ layer, because }) =>
      because === undefined ? [] : [`Not looked at: ${LAYERS[layer]}: ${because}.`],
    ),
    ...details,
    VERDICTS[verdict],
    '',
  ].join('\n');
}

function secretRows({ secrets, layers, scenarios }: PrivacyReport): string[][] {
  const findings = scenarios.flatMap((scenario) => scenario.findings);
  const verdict = (secret: Secret, { layer, ran }: LayerState): string => {
    if (!ran) return '-';
    if (layer === 'output' && secret === 'code') return 'shown';
    const found = findings.filter((one) => one.secret === secret && one.layer === layer).length;
    return found === 0 ? 'not found' : `FOUND ${count(found)} ×`;
  };
  return [
    ['', ...layers.map(({ layer }) => LAYERS[layer])],
    ...secrets.map((secret) => [SECRETS[secret], ...layers.map((state) => verdict(secret, state))]),
  ];
}

function scenarioRows({ layers, scenarios }: PrivacyReport): string[][] {
  const size = ({ searched }: ScenarioResult, layer: Layer): string => {
    const part = searched[layer];
    return part === undefined ? '-' : bytes(part.bytes);
  };
  return [
    ['searched', ...layers.map(({ layer }) => LAYERS[layer])],
    ...scenarios.map((scenario) => [
      SCENARIO_TEXT[scenario.name],
      ...layers.map(({ layer }) => size(scenario, layer)),
    ]),
  ];
}
