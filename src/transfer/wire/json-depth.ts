/** How deep JSON text nests, found without parsing it: `JSON.parse` recurses, and so may what walks its result. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];

/** Whether UTF-8 JSON text nests arrays and objects deeper than `limit`. Text that is not JSON may say either. */
export function isDeeperThan(text: Uint8Array, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at] as number;
    if (byte === QUOTE) {
      at = endOfString(text, at + 1);
    } else if (byte === OPENING[0] || byte === OPENING[1]) {
      depth += 1;
      if (depth > limit) return true;
    } else if (byte === CLOSING[0] || byte === CLOSING[1]) {
      depth -= 1;
    }
  }
  return false;
}

/** Position of the closing quote, or the end of the text. */
function endOfString(text: Uint8Array, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1;
  return at;
}
