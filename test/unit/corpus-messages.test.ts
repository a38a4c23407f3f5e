/**
 * Every file of the corpus of real and synthetic exports, when it is beside the project: read, merged into an empty
 * destination, read back equal; by the schema that fkleon/sms-backup-manager publishes for the form, too.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { callsFormat } from '../../src/transfer/kinds/calls/index.ts';
import { messagesFormat } from '../../src/transfer/kinds/messages/index.ts';
import { Destination, readAll } from './kinds/xml/run-format.ts';

const FOLDER = fileURLToPath(new URL('../../../shared/corpus/sms/', import.meta.url));

interface Exception {
  readonly skipped: number;
  readonly same?: number;
  readonly why: string;
}

/** Files of which something is not moved, and why. Everything else arrives whole. */
const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'shruggietech-parser/malformed.xml': { skipped: 1, why: 'its only message has no end' },
  'sms-backup-manager/invalidSms.xml': { skipped: 1, why: 'one message has no attributes' },
  'sms-backup-manager/invalidSms2.xml': { skipped: 1, why: 'its only message is dated "today"' },
  'sms-backup-manager/sms-dupes.xml': { skipped: 0, same: 1, why: 'one message stands there twice' },
  'sms-backup-reader-2/sms_and_mms.xml': { skipped: 1, why: 'cut off inside its last message' },
};

const files = existsSync(FOLDER)
  ? readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.xml'))
      .sort()
  : [];

/** For each element of the schema: its attributes, and whether each must be there. */
function schemaAttributes(schema: string): Map<string, Map<string, boolean>> {
  const elements = new Map<string, Map<string, boolean>>();
  const open: string[] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const own = String(attributes['name']);
    if (name === 'xs:element') open.push(own);
    if (name === 'xs:element') elements.set(own, new Map());
    if (name === 'xs:attribute') elements.get(open.at(-1) ?? '')?.set(own, attributes['use'] === 'required');
  });
  parser.on('closetag', ({ name }) => {
    if (name === 'xs:element') open.pop();
  });
  parser.write(schema).close();
  return elements;
}

function expectSchema(xml: string, schema: Map<string, Map<string, boolean>>): void {
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const allowed = schema.get(name);
    const given = Object.keys(attributes);
    // Newer than the schema, and the reason a message shows up on a phone with another SIM.
    const known = given.filter((attribute) => attribute !== 'sub_id');
    expect(known.filter((attribute) => allowed?.has(attribute) !== true)).toEqual([]);
    const required = [...(allowed ?? [])].filter(([, must]) => must).map(([attribute]) => attribute);
    expect(required.filter((attribute) => !given.includes(attribute))).toEqual([]);
  });
  parser.write(xml).close();
}

describe('the corpus of exports', () => {
  if (files.length === 0) {
    it('is not here, so there is nothing to check', () => {
      expect(existsSync(FOLDER)).toBe(false);
    });
    return;
  }

  it.each(files)('%s arrives', async (name) => {
    const content = readFileSync(new URL(name, `file://${FOLDER}`));
    const format = content.includes('<calls') ? callsFormat : messagesFormat;
    const { skipped, same = 0 } = EXCEPTIONS[name] ?? { skipped: 0 };
    const { lines, skips } = await readAll(format, content);
    expect(skips).toHaveLength(skipped);
    expect(lines.length + skips.length).toBe(content.toString().match(/<(sms|mms|call)[\s/]/g)?.length ?? 0);

    const there = new Destination(format);
    try {
      expect(await there.merge(lines)).toMatchObject({ added: lines.length - same, same, skipped: [] });
      if (lines.length === 0) return;
      const back = await readAll(format, there.bytes());
      expect(back).toMatchObject({ lines: [...new Set(lines)], skips: [] });
      expect(await there.merge(lines)).toMatchObject({ added: 0, same: lines.length, replacements: [] });
      const schema = `${FOLDER}sms-backup-manager/schema.xsd`;
      if (format === messagesFormat && existsSync(schema)) {
        expectSchema(there.text(), schemaAttributes(readFileSync(schema, 'utf8')));
      }
    } finally {
      there.remove();
    }
  });

  it.each(files)('%s leaves its identifiers behind', async (name) => {
    const text = readFileSync(new URL(name, `file://${FOLDER}`), 'utf8');
    const format = text.includes('<calls') ? callsFormat : messagesFormat;
    const everything = (await readAll(format, text)).lines.join('\n');
    const identifiers = [
      ...text.matchAll(
        / (?:service_center|m_id|tr_id|ct_l|creator|subscription_id|backup_set|_id)="([^"]{4,})"/g,
      ),
    ]
      .map(([, value]) => value ?? '')
      .filter((value) => value !== 'null');
    for (const identifier of identifiers) expect(everything).not.toContain(identifier);
  });

  it('loses the own number of the one real export wherever it stands', async () => {
    const name = 'sms-backup-reader-2/sms_and_mms.xml';
    if (!files.includes(name)) return;
    const text = readFileSync(new URL(name, `file://${FOLDER}`), 'utf8');
    expect(text).toContain('+15550000007');
    expect((await readAll(messagesFormat, text)).lines.join('\n')).not.toContain('+15550000007');
  });
});
