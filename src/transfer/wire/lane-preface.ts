/**
 * The first bytes of a lane's connection (PROTOCOL.md, "Joining a lane"), before any chunk:
 *
 *   sender:   "OML1" | lane u16 | index u32 | proof 32 bytes        receiver: proof 32 bytes
 */

const MAGIC = Buffer.from('OML1', 'latin1');

export const PROOF_BYTES = 32;
export const PREFACE_BYTES = MAGIC.length + 2 + 4 + PROOF_BYTES;

export interface Preface {
  readonly lane: number;
  readonly index: number;
  readonly proof: Buffer;
}

export function encodePreface({ lane, index, proof }: Preface): Buffer {
  const bytes = Buffer.alloc(PREFACE_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt16BE(lane, 4);
  bytes.writeUInt32BE(index, 6);
  proof.copy(bytes, 10);
  return bytes;
}

/** Undefined for bytes that are no preface. */
export function decodePreface(bytes: Buffer): Preface | undefined {
  if (bytes.length !== PREFACE_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  return { lane: bytes.readUInt16BE(4), index: bytes.readUInt32BE(6), proof: bytes.subarray(10) };
}
