/** `mover apps`: which apps could run on the new device, and why not the others. Nothing is moved or made. */
import type { AppVerdict } from '../../transfer/compat/facts.ts';
import { explainReason } from '../../transfer/index.ts';
import { printable } from '../../transfer/privacy/escape.ts';
import type { Context } from '../terminal/context.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { withExisting } from '../terminal/with-destination.ts';
import { type DeviceOptions, withSource } from '../terminal/with-source.ts';

export interface AppsOptions extends DeviceOptions {
  readonly from: string;
  readonly into: string;
}

const MARKS: Readonly<Record<AppVerdict['verdict'], string>> = {
  yes: 'can move',
  warning: 'look at this',
  skip: 'already there',
  no: 'cannot run there',
};

export async function runApps(options: AppsOptions, context: Context): Promise<number> {
  const { io, engine, signal } = context;
  return withExisting(options.into, options, context, (destination) =>
    withSource({ from: options.from }, options, context, async (source) => {
      const { apps } = await engine.inspectDevice(source, { signal });
      const { device } = destination;
      const known = new Map(apps.map((app) => [app.package, app]));
      const judged = engine.judgeApps(apps, device, await destination.space()).map((verdict) => {
        const app = known.get(verdict.package);
        const text = verdict.reasons.map((reason) => explainReason(reason, { app, device })).join('. ');
        return { ...verdict, label: app?.label, text };
      });
      io.output.write(options.json === true ? asJson(judged) : asText(judged));
      return 0;
    }),
  );
}

interface Judged extends AppVerdict {
  readonly label: string | undefined;
  /** What the person reads. */
  readonly text: string;
}

function asJson(judged: readonly Judged[]): string {
  return jsonLine({
    apps: judged.map(({ package: id, verdict, reasons, text }) => ({ package: id, verdict, reasons, text })),
  });
}

function asText(judged: readonly Judged[]): string {
  if (judged.length === 0) return 'There are no apps.\n';
  return judged
    .map(({ package: id, label, verdict, text }) => {
      const name = label === undefined ? id : `${label} (${id})`;
      return `${MARKS[verdict].padEnd(17)} ${printable(name)}\n${' '.repeat(18)}${printable(text)}\n`;
    })
    .join('');
}
