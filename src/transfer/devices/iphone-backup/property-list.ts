/** Property lists, binary or XML: what the files beside a backup and the columns of its databases are written in. */
import { parseBuffer } from 'bplist-parser';
import { SaxesParser } from 'saxes';

export type PropertyList =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Buffer
  | readonly PropertyList[]
  | { readonly [key: string]: PropertyList | undefined };
export type Dictionary = Readonly<Record<string, PropertyList | undefined>>;

/** Info.plist lists each app's icon: some hundred apps at a hundred kilobytes. */
export const MOST_BYTES = 64 * 1024 * 1024;
const DEEPEST = 64;

/** The dictionary at the top of a list; undefined for anything else. */
export function parsePropertyList(bytes: Buffer): Dictionary | undefined {
  try {
    const value =
      bytes.toString('latin1', 0, 6) === 'bplist' ? parseBuffer<PropertyList>(bytes)[0] : parseXml(bytes);
    return isDictionary(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export const isDictionary = (value: PropertyList | undefined): value is Dictionary =>
  typeof value === 'object' && !Array.isArray(value) && !Buffer.isBuffer(value) && !(value instanceof Date);

export const textIn = (list: Dictionary | undefined, key: string): string | undefined => {
  const value = list?.[key];
  return typeof value === 'string' ? value : undefined;
};

interface Open {
  readonly name: string;
  readonly items: PropertyList[];
  readonly keys: string[];
  text: string;
}

/** Apple's DTD (PropertyList-1.0): dict, array, string, integer, real, date, data, true, false. */
function parseXml(bytes: Buffer): PropertyList | undefined {
  const open: Open[] = [{ name: '', items: [], keys: [], text: '' }];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => {
    if (open.length > DEEPEST) throw new RangeError('too deep');
    open.push({ name, items: [], keys: [], text: '' });
  });
  parser.on('text', (text) => {
    const last = open.at(-1);
    if (last !== undefined) last.text += text;
  });
  parser.on('closetag', () => {
    const done = open.pop();
    const parent = open.at(-1);
    if (done === undefined || parent === undefined) return;
    if (done.name === 'key') parent.keys.push(done.text);
    else if (done.name === 'plist') parent.items.push(...done.items);
    else parent.items.push(valueOf(done));
  });
  parser.write(bytes.toString()).close();
  return open[0]?.items[0];
}

function valueOf({ name, items, keys, text }: Open): PropertyList {
  switch (name) {
    case 'dict':
      return Object.fromEntries(keys.map((key, index) => [key, items[index]]));
    case 'array':
      return items;
    case 'integer':
    case 'real':
      return Number(text);
    case 'true':
    case 'false':
      return name === 'true';
    case 'date':
      return new Date(text);
    case 'data':
      return Buffer.from(text, 'base64');
    default:
      return text;
  }
}
