/** What the source says about where data can go. A tool that reads code, not a run: it also sees what no test reaches. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../src/', import.meta.url));

interface SourceFile {
  readonly path: string;
  /** Without comments, which may name what the code must not do. */
  readonly code: string;
}

const sources: readonly SourceFile[] = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({
    path,
    code: readFileSync(`${ROOT}${path}`, 'utf8').replaceAll(/\/\*.*?\*\/|(?<=^|\s)\/\/.*?$/gms, ''),
  }));

const filesWith = (pattern: RegExp): string[] =>
  sources.filter(({ code }) => pattern.test(code)).map(({ path }) => path);

/** Imports that can open a connection; `isIP` and types cannot. */
const DIALS =
  /import (?!type\b)\{[^}]*(?<!type )\b(?:connect|createConnection|createSocket|request|get|Socket|WebSocket|Agent)\b[^}]*\} from '(?:node:(?:net|tls|http|https|http2|dgram)|ws)'|import (?:\*|\w+)[^;]* from '(?:node:(?:net|tls|http|https|http2|dgram)|ws)'|from 'bonjour-service'/;

/**
 * The wire to the paired device, mDNS on the local network, the doctor's look at both, the adb server of this computer, Apple's
 * hosts where a person reads their iCloud, and two locks that never leave this device.
 */
const ALLOWED =
  /^(?:transfer\/(?:wire\/|discovery\/|network\/examine\.ts$|devices\/icloud\/guarded-fetch\.ts$|devices\/android\/adb-server\.ts$|disk\/folder-lock\.ts$)|main\/app\/single-instance\.ts$)/;

describe('connections', () => {
  it('are opened where the paired device is talked to, and nowhere else', () => {
    const dialling = filesWith(DIALS);
    expect(dialling.filter((path) => !ALLOWED.test(path))).toEqual([]);
    // The search finds what it looks for.
    expect(dialling.some((path) => path.startsWith('transfer/wire/'))).toBe(true);
  });

  it('are made by no other means', () => {
    // An inspector may be asked for its address (privacy/runtime.ts), never opened.
    const means =
      /\bfetch\s*\(|\bXMLHttpRequest\b|\bEventSource\b|\bsendBeacon\b|\bcrashReporter\b|node:https|node:http2|(?<!import \{ url as inspectorAddress \} from ')node:inspector|from '(?:undici|axios|got|node-fetch)'/;
    // Apple's hosts, and no others: `isIcloud` in guarded-fetch.ts, with its tests.
    const icloud = /^transfer\/devices\/icloud\/(?:account|guarded-fetch)\.ts$/;
    expect(filesWith(means).filter((path) => !icloud.test(path))).toEqual([]);
  });
});
