#!/usr/bin/env node
/** The `mover` command: looks at the Node it runs on before anything is loaded that needs a newer one. */
import { nodeRefusal } from './node-version.ts';

const refusal = nodeRefusal(process.versions.node);
if (refusal === undefined) {
  await import('./start.ts');
} else {
  const json = process.argv.includes('--json');
  if (json) process.stdout.write(`${JSON.stringify({ event: 'error', code: 'USAGE', message: refusal })}\n`);
  else process.stderr.write(`${refusal}\n`);
  process.exitCode = 2;
}
