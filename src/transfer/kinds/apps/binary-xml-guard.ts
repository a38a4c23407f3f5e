/**
 * Makes a binary XML file safe for the parser of adbkit-apkreader, which trusts it: a chunk of size 0 would keep it in
 * a loop, and a string pool whose offsets overlap would make it decode gigabytes from a small file. Chunks Android
 * skips are marked to be skipped, too. Source of the format: AOSP androidfw/ResourceTypes.h.
 */
import { LIMITS } from '../../limits.ts';
import { NotAnApk } from './not-an-apk.ts';

const XML = 0x0003;
const NULL = 0x0000;
const STRING_POOL = 0x0001;
const RESOURCE_MAP = 0x0180;
const FIRST_NODE = 0x0100;
const START_ELEMENT = 0x0102;
const LAST_NODE = 0x0104;
const UTF8 = 1 << 8;
const HEADER_BYTES = 8;
const ATTRIBUTE_BYTES = 20;

/**
 * @param bytes the file; unknown chunks in it are overwritten
 * @returns the part of it that is the XML chunk
 * @throws NotAnApk `manifest-damaged`, or `too-large` for a string pool that is a bomb
 */
export function guardBinaryXml(bytes: Buffer): Buffer {
  if (bytes.length < HEADER_BYTES || bytes.readUInt16LE(0) !== XML) throw new NotAnApk('manifest-damaged');
  const size = bytes.readUInt32LE(4);
  if (size < HEADER_BYTES || size > bytes.length) throw new NotAnApk('manifest-damaged');
  const xml = bytes.subarray(0, size);
  let pools = 0;
  let at = HEADER_BYTES;
  while (at < xml.length) {
    if (at + HEADER_BYTES > xml.length) throw new NotAnApk('manifest-damaged');
    const type = xml.readUInt16LE(at);
    const chunkSize = xml.readUInt32LE(at + 4);
    if (chunkSize < HEADER_BYTES || at + chunkSize > xml.length) throw new NotAnApk('manifest-damaged');
    const chunk = xml.subarray(at, at + chunkSize);
    if (type === STRING_POOL && pools++ === 0) checkStrings(chunk);
    else if (type === START_ELEMENT) checkElement(chunk);
    else if (type !== RESOURCE_MAP && (type < FIRST_NODE || type > LAST_NODE)) xml.writeUInt16LE(NULL, at);
    at += chunkSize;
  }
  return xml;
}

function checkStrings(chunk: Buffer): void {
  if (chunk.length < 28) throw new NotAnApk('manifest-damaged');
  const count = chunk.readUInt32LE(8);
  const utf8 = (chunk.readUInt32LE(16) & UTF8) !== 0;
  const start = chunk.readUInt32LE(20);
  if (28 + count * 4 > chunk.length) throw new NotAnApk('manifest-damaged');
  let total = 0;
  for (let index = 0; index < count; index++) {
    const at = start + chunk.readUInt32LE(28 + index * 4);
    if (at + 4 > chunk.length) throw new NotAnApk('manifest-damaged');
    total += utf8 ? utf8Length(chunk, at) : utf16Length(chunk, at);
    if (total > LIMITS.manifestStringBytes) throw new NotAnApk('too-large');
  }
}

/** The second of two lengths, of one or two bytes each: characters, then bytes. */
function utf8Length(chunk: Buffer, at: number): number {
  const second = at + (chunk.readUInt8(at) & 0x80 ? 2 : 1);
  const high = chunk.readUInt8(second);
  return high & 0x80 ? ((high & 0x7f) << 8) | chunk.readUInt8(second + 1) : high;
}

function utf16Length(chunk: Buffer, at: number): number {
  const units = chunk.readUInt16LE(at);
  if (units & 0x8000) throw new NotAnApk('too-large');
  return units * 2;
}

function checkElement(chunk: Buffer): void {
  if (chunk.length < 36) throw new NotAnApk('manifest-damaged');
  const count = chunk.readUInt16LE(28);
  // The parser assumes these two; Android would follow them.
  const usual = chunk.readUInt16LE(24) === ATTRIBUTE_BYTES && chunk.readUInt16LE(26) === ATTRIBUTE_BYTES;
  if (count > 0 && (!usual || 36 + count * ATTRIBUTE_BYTES > chunk.length)) {
    throw new NotAnApk('manifest-damaged');
  }
}
