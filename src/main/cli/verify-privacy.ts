/**
 * `mover verify-privacy`: runs real moves with planted identifiers between two processes, then looks for every one of
 * them in all those processes have written, as far as the system lets it be seen (SECURITY.md, "The proof").
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../terminal/context.ts';
import { canaries, checkTheCheck, plant, SECRETS, type Secret } from '../verify-privacy/planted-secrets.ts';
import { probeLayers } from '../verify-privacy/layers.ts';
import { asJson, asText, type PrivacyReport, SCENARIO_TEXT, verdictOf } from '../verify-privacy/report.ts';
import { runScenario, SCENARIOS, type ScenarioResult } from '../verify-privacy/scenarios.ts';

export interface VerifyPrivacyOptions {
  readonly json?: boolean;
}

/** @returns 0 when nothing was found and everything could be searched, 1 otherwise. @throws MoverError */
export async function runVerifyPrivacy(
  options: VerifyPrivacyOptions,
  { io, signal }: Context,
): Promise<number> {
  const begun = performance.now();
  const root = await mkdtemp(join(tmpdir(), 'openmover-privacy-'));
  try {
    const layers = await probeLayers(root);
    const ran = new Set(layers.filter((state) => state.ran).map(({ layer }) => layer));
    const onPurpose = plant(ran.has('image'));
    await checkTheCheck(root, onPurpose, signal);
    const scenarios: ScenarioResult[] = [];
    for (const name of SCENARIOS) {
      if (options.json !== true) io.output.write(`${SCENARIO_TEXT[name]}…\n`);
      const folder = join(root, name);
      await mkdir(folder);
      scenarios.push(await runScenario({ name, folder, layers: ran, signal }));
      await rm(folder, { recursive: true, force: true });
    }
    const lookedFor = new Set(['code', ...canaries(onPurpose).map(({ name }) => name)]);
    const report: PrivacyReport = {
      verdict: verdictOf(scenarios),
      layers,
      secrets: (Object.keys(SECRETS) as Secret[]).filter((secret) => lookedFor.has(secret)),
      scenarios,
      seconds: (performance.now() - begun) / 1_000,
    };
    io.output.write(options.json === true ? asJson(report) : asText(report));
    return report.verdict === 'clean' ? 0 : 1;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
