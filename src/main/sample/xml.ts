/**
 * XML as SMS Backup & Restore writes it.
 */

export type Attributes = Readonly<Record<string, string | number>>;

/** The app's own header, style sheet included. */
export const XML_HEAD = `<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n`;

/**
 * An attribute's value. With `surrogates`, characters beyond the Basic Multilingual Plane become two references, one
 * per UTF-16 unit: not well-formed XML, and what the app has written for years.
 */
function attributeValue(value: string, surrogates: boolean): string {
  const safe = value
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\r/g, '&#13;')
    .replace(/\n/g, '&#10;');
  if (!surrogates) return safe;
  return safe.replace(
    /[\u{10000}-\u{10ffff}]/gu,
    (character) => `&#${String(character.charCodeAt(0))};&#${String(character.charCodeAt(1))};`,
  );
}

/** The beginning of a tag, without its end. */
export function openTag(name: string, attributes: Attributes, surrogates = false): string {
  const parts = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${attributeValue(String(value), surrogates)}"`,
  );
  return `<${name}${parts.join('')}`;
}

export const emptyTag = (name: string, attributes: Attributes, surrogates = false): string =>
  `${openTag(name, attributes, surrogates)} />\n`;
