/**
 * Receipts as files that can be shown to be unaltered: JSON, or a page with the same JSON in it. A key made for this one
 * file signs what the receipt says, the date, the version and the person's own reference; its secret half is forgotten at
 * once. Whoever forges a whole file can make a key, too: what they cannot do is change the file of the other device, which
 * has the same number. No device and no person is identified by any of it.
 */
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { MoverError } from '../../../transfer/errors.ts';
import type { Receipt } from '../../../transfer/index.ts';
import { MOST_REFERENCE, type ReceiptFacts, signedSchema } from './receipt-facts.ts';
import { receiptPage } from './receipt-page.ts';

/** A receipt has a few hundred numbers. */
export const MOST_RECEIPT_BYTES = 1024 * 1024;

const fileSchema = signedSchema.extend({
  /** Ed25519 (RFC 8032), both in base64url. */
  key: z.string().max(64),
  signature: z.string().max(128),
});

/** Text that is the same for the same value, whatever the order of its keys (RFC 8785 for what a receipt holds). */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

/** Twenty digits of what the receipt says: the same on both devices, and another for any other receipt. */
export function receiptNumber(receipt: Receipt): string {
  const digest = createHash('sha256').update(canonical(receipt)).digest();
  const digits = (digest.readBigUInt64BE(0) * 2n ** 64n + digest.readBigUInt64BE(8))
    .toString()
    .padStart(39, '0');
  return digits.slice(-20).replace(/\d{4}(?=\d)/g, '$&-');
}

export function signReceipt(
  receipt: Receipt,
  { version, reference, date = new Date() }: { version: string; reference?: string; date?: Date },
): string {
  const facts: ReceiptFacts = {
    ...{ openmover: 1, type: 'receipt', date: date.toISOString(), version },
    ...(reference === undefined ? {} : { reference }),
    ...{ number: receiptNumber(receipt), receipt },
  };
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x: key = '' } = publicKey.export({ format: 'jwk' });
  const signature = sign(null, Buffer.from(canonical(facts)), privateKey).toString('base64url');
  return JSON.stringify({ ...facts, key, signature }, undefined, 2);
}

/**
 * @param text the file, JSON or page.
 * @throws MoverError `RECEIPT_UNREADABLE` for what is no receipt, `RECEIPT_CHANGED` for one that is not as it was signed.
 */
export function verifyReceipt(text: string): ReceiptFacts {
  const json = /<script type="application\/json" id="receipt">(.*?)<\/script>/s.exec(text)?.[1] ?? text;
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new MoverError('RECEIPT_UNREADABLE');
  }
  const file = fileSchema.safeParse(parsed);
  if (!file.success) throw new MoverError('RECEIPT_UNREADABLE');
  // A name that stands twice would show a reader one value and the signature another.
  if (compact(json) !== compact(JSON.stringify(parsed))) throw new MoverError('RECEIPT_CHANGED');
  const { key, signature, ...facts } = file.data;
  if (!isSigned(facts, key, signature) || facts.number !== receiptNumber(facts.receipt)) {
    throw new MoverError('RECEIPT_CHANGED');
  }
  // A page shows what its JSON says, or it was changed.
  if (json !== text && receiptPage(facts, json) !== text) throw new MoverError('RECEIPT_CHANGED');
  return facts;
}

/** JSON without the spaces between its parts, and with `<` as a page holds it. */
const compact = (json: string): string =>
  json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1').replace(/</g, '\\u003c');

function isSigned(facts: ReceiptFacts, x: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, Buffer.from(canonical(facts)), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/** What `--receipt FILE` names. */
export class ReceiptFile {
  readonly #path: string | undefined;
  readonly #version: string;
  readonly #reference: string | undefined;
  #receipt: Receipt | undefined;

  /** @throws MoverError `DESTINATION_UNWRITABLE` before anything moves; `USAGE` for a reference that is too long. */
  constructor(
    path: string | undefined,
    { version, reference }: { version: string; reference: string | undefined },
  ) {
    this.#path = path;
    this.#version = version;
    this.#reference = reference;
    if (reference !== undefined && reference.length > MOST_REFERENCE) {
      throw new MoverError('USAGE', {
        detail: `--reference takes at most ${String(MOST_REFERENCE)} characters`,
      });
    }
    if (path === undefined) return;
    try {
      accessSync(dirname(path), constants.W_OK);
    } catch (cause) {
      throw unwritable(path, cause);
    }
  }

  /** The last one told is the one that is saved. */
  take(receipt: Receipt): void {
    this.#receipt = receipt;
  }

  /** Nothing where there was no receipt. @throws MoverError `DESTINATION_UNWRITABLE`. */
  save(): void {
    if (this.#path === undefined || this.#receipt === undefined) return;
    const json = signReceipt(this.#receipt, {
      version: this.#version,
      ...(this.#reference === undefined ? {} : { reference: this.#reference }),
    });
    const isPage = /\.html?$/i.test(this.#path);
    try {
      writeFileSync(this.#path, isPage ? receiptPage(verifyReceipt(json), json) : `${json}\n`, {
        mode: 0o600,
      });
    } catch (cause) {
      throw unwritable(this.#path, cause);
    }
  }
}

const unwritable = (path: string, cause: unknown): MoverError =>
  new MoverError('DESTINATION_UNWRITABLE', {
    sentence: 'The file of --receipt cannot be written. Check its folder and permissions.',
    ...{ detail: path, cause },
  });
