/** The copy a person gets of their data must be of use without OpenMover. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callsFormat } from '../../../src/transfer/kinds/calls/index.ts';
import { contactsFormat } from '../../../src/transfer/kinds/contacts/index.ts';
import type { RecordFormat } from '../../../src/transfer/kinds/kind.ts';
import { messagesFormat } from '../../../src/transfer/kinds/messages/index.ts';

const CARD =
  'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Mia Example\r\nN:Example;Mia;;;\r\nTEL:+4915550100\r\nEND:VCARD\r\n';
const SMS =
  '<?xml version="1.0" encoding="UTF-8"?>\n<smses count="1">\n' +
  '<sms protocol="0" address="+4915550100" date="1700000000000" type="1" body="Hello" read="1" status="-1" />\n</smses>\n';
const CALLS =
  '<?xml version="1.0" encoding="UTF-8"?>\n<calls count="1">\n' +
  '<call number="+4915550100" duration="12" date="1700000000000" type="1" presentation="1" />\n</calls>\n';

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openmover-forms-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Reads a file another program wrote and writes what it holds to an empty device. */
async function move(format: RecordFormat, text: string): Promise<string> {
  const signal = new AbortController().signal;
  const lines: string[] = [];
  const skip = (reason: string): never => {
    throw new Error(reason);
  };
  for await (const line of format.read(once(text), { collection: undefined, skip, signal })) lines.push(line);
  const result = await format.merge({
    existing: [],
    incoming: async function* () {
      yield* await Promise.resolve(lines);
    },
    target: () => join(folder, format.fileName),
    workFolder: folder,
    signal,
  });
  const [written] = result.replacements;
  if (written === undefined) throw new Error('nothing was written');
  return readFileSync(written.from, 'utf8');
}

describe('contacts, messages and calls', () => {
  it('are what others write and read', async () => {
    expect(await move(contactsFormat, CARD)).toMatch(
      /^BEGIN:VCARD\r\n[^]*\r\nFN:Mia Example\r\n[^]*END:VCARD\r\n$/,
    );
    expect(await move(messagesFormat, SMS)).toMatch(/<smses[^]*<sms [^>]*body="Hello"[^]*<\/smses>/);
    expect(await move(callsFormat, CALLS)).toMatch(/<calls[^]*<call [^>]*duration="12"[^]*<\/calls>/);
  });
});
