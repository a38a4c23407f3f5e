/**
 * Says in one line when `npm ci` runs on an older Node than the command needs. Npm scripts run on the Node 24 of the
 * devDependencies, whatever npm itself runs on: npm tells which that is.
 */
import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const oldest = Number.parseInt(engines.node.replace(/^\D+/, ''), 10);
const [, version] = /\bnode\/v?(\S+)/.exec(process.env.npm_config_user_agent ?? '') ?? [];
if (version !== undefined && Number.parseInt(version, 10) < oldest) {
  console.error(
    `OpenMover needs Node ${oldest} or newer; this npm runs on ${version}. Npm scripts use the Node 24 installed here.`,
  );
}
