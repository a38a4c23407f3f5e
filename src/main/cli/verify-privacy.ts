/**
 * `mover verify-privacy`: runs real moves with planted identifiers between two processes, then looks for every one of
 * them in every file those processes left behind (SECURITY.md, "Proof").
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from './context.ts';
import { jsonLine } from './json-line.ts';
import { checkTheCheck, plant, type Planted } from './planted-secrets.ts';
import { runScenario, SCENARIOS, type ScenarioName, type ScenarioResult } from './privacy-scenarios.ts';
import { table } from './table.ts';
import { bytes, count } from './words.ts';

export interface VerifyPrivacyOptions {
  readonly json?: boolean;
}

/** What this command looks at. Bytes written and deleted again before the end are a matter for another layer. */
const LAYER = 'files left on disk';

export async function runVerifyPrivacy(
  options: VerifyPrivacyOptions,
  { io, signal }: Context,
): Promise<number> {
  const root = await mkdtemp(join(tmpdir(), 'openmover-privacy-'));
  try {
    await checkTheCheck(root, plant(), signal);
    const results: ScenarioResult[] = [];
    for (const name of SCENARIOS) {
      if (options.json !== true) io.output.write(`${SCENARIO_TEXT[name]}…\n`);
      const folder = join(root, name);
      await mkdir(folder);
      results.push(await runScenario(name, folder, plant(), signal));
    }
    const clean = results.every(({ findings, unread }) => findings.length === 0 && unread.length === 0);
    io.output.write(options.json === true ? asJson(results, clean) : asText(results, clean));
    return clean ? 0 : 1;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

const SCENARIO_TEXT: Readonly<Record<ScenarioName, string>> = {
  complete: 'A whole move',
  'wrong-code': 'A move with a wrong code',
  cancelled: 'A move stopped half-way',
  killed: 'A move whose two processes are killed',
};

const SECRET_TEXT: Readonly<Record<keyof Planted, string>> = {
  'sender-android-id': 'Android ID, old device',
  'receiver-android-id': 'Android ID, new device',
  ssid: 'Wi-Fi name (SSID)',
  code: 'Pairing code',
};

function asJson(results: readonly ScenarioResult[], clean: boolean): string {
  return jsonLine({ verdict: clean ? 'clean' : 'found', layers: [LAYER], scenarios: results });
}

function asText(results: readonly ScenarioResult[], clean: boolean): string {
  const secrets = Object.keys(SECRET_TEXT) as (keyof Planted)[];
  const rows = [
    ['', ...results.map(({ name }) => name)],
    ...secrets.map((secret) => [
      SECRET_TEXT[secret],
      ...results.map(({ findings }) => {
        const found = findings.filter((finding) => finding.secret === secret).length;
        return found === 0 ? 'not found' : `FOUND ${count(found)} ×`;
      }),
    ]),
    ['files searched', ...results.map(({ files }) => count(files))],
    ['bytes searched', ...results.map((result) => bytes(result.bytes))],
  ];
  const details = results.flatMap(({ name, findings, unread }) => [
    ...findings.map(({ secret, form, place }) => `  ${name}: ${SECRET_TEXT[secret]} as ${form} in ${place}`),
    ...unread.map((place) => `  ${name}: could not be searched: ${place}`),
  ]);
  return [
    '',
    table(rows),
    '',
    `Searched: ${LAYER}, and what the programs printed; as text, UTF-16, hex, base64 and digests.`,
    ...details,
    clean ? 'No planted identifier or credential was found.' : 'The promise does not hold here.',
    '',
  ].join('\n');
}
