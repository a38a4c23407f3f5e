/**
 * Where `--to` points: an address, or the two-word name a new device shows.
 */
import { isIP } from 'node:net';
import type { Address } from '../../transfer/session/events.ts';
import { usage } from './options.ts';

export type Target =
  { readonly type: 'address'; readonly address: Address } | { readonly type: 'name'; readonly name: string };

const TAKES = '--to takes HOST:PORT, [IPV6]:PORT or the name the new device shows';

/** `host:port`, with brackets around an IPv6 address (RFC 3986, section 3.2.2). */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${String(port)}` : `${host}:${String(port)}`;
}

/** Names are compared as people type them: any case, one space or hyphen between the words. */
export function nameKey(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s\-_]+/g, ' ');
}

/** @throws MoverError `USAGE` when it is neither an address nor a name. */
export function parseTarget(text: string): Target {
  const trimmed = text.trim();
  const match = /^(?:\[([^[\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(trimmed);
  if (match !== null) {
    const host = match[1] ?? match[2] ?? '';
    const port = Number(match[3]);
    const bracketed = match[1] !== undefined;
    if (port < 1 || port > 65_535 || (bracketed && isIP(host) !== 6)) throw usage(TAKES);
    return { type: 'address', address: { host, port, typed: true } };
  }
  if (trimmed === '' || looksLikeAddress(trimmed)) throw usage(TAKES);
  return { type: 'name', name: trimmed };
}

/** A name may have a colon in it (`Ann: phone`), an address no space and nothing but digits behind its last colon. */
function looksLikeAddress(text: string): boolean {
  if (isIP(text) !== 0 || text.startsWith('[')) return true;
  return !/\s/.test(text) && /:\d*$/.test(text);
}
