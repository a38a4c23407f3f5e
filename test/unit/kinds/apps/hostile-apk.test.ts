import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestOf } from '../../../../src/main/sample/apk/build-apk.ts';
import { writeBinaryXml } from '../../../../src/main/sample/apk/binary-xml.ts';
import { NotAnApk, readAppFacts } from '../../../../src/transfer/kinds/apps/index.ts';
import { LIMITS } from '../../../../src/transfer/limits.ts';
import { inFolder } from '../../../fixtures/apps/in-folder.ts';
import { apk, PLAIN, withManifest, zipWith } from '../../../fixtures/apps/make-apk.ts';

const MIB = 1024 * 1024;
const read = (file: Buffer) =>
  inFolder({ 'base.apk': file }, (folder) => readAppFacts([join(folder, 'base.apk')]));

const MANIFEST = writeBinaryXml(manifestOf(PLAIN));
const FIRST_CHUNK = 8;

/** The manifest with its string pool replaced by one of `count` strings that all lie at the same place. */
function overlappingStrings(count: number, lengthBytes: number): Buffer {
  const text = Buffer.concat([
    Buffer.of(0xff, 0xff, 0x80 | (lengthBytes >> 8), lengthBytes & 0xff),
    Buffer.alloc(lengthBytes, 'a'),
    Buffer.of(0, 0, 0, 0),
  ]);
  const pool = Buffer.alloc(28 + count * 4);
  pool.writeUInt16LE(1, 0);
  pool.writeUInt16LE(28, 2);
  pool.writeUInt32LE(pool.length + text.length, 4);
  pool.writeUInt32LE(count, 8);
  pool.writeUInt32LE(1 << 8, 16);
  pool.writeUInt32LE(pool.length, 20);
  const body = Buffer.concat([
    pool,
    text,
    MANIFEST.subarray(FIRST_CHUNK + MANIFEST.readUInt32LE(FIRST_CHUNK + 4)),
  ]);
  const head = Buffer.from(MANIFEST.subarray(0, 8));
  head.writeUInt32LE(8 + body.length, 4);
  return Buffer.concat([head, body]);
}

/** The manifest with an element in it that holds another, and so on; made from its own chunks. */
function deepManifest(depth: number): Buffer {
  const START_ELEMENT = 0x0102;
  const END_ELEMENT = 0x0103;
  let at = FIRST_CHUNK;
  while (MANIFEST.readUInt16LE(at) !== START_ELEMENT) at += MANIFEST.readUInt32LE(at + 4);
  const inside = at + MANIFEST.readUInt32LE(at + 4);
  const start = Buffer.alloc(36);
  start.writeUInt16LE(START_ELEMENT, 0);
  start.writeUInt32LE(36, 4);
  const end = Buffer.alloc(24);
  end.writeUInt16LE(END_ELEMENT, 0);
  end.writeUInt32LE(24, 4);
  const chain = [...Array.from({ length: depth }, () => start), ...Array.from({ length: depth }, () => end)];
  const deep = Buffer.concat([MANIFEST.subarray(0, inside), ...chain, MANIFEST.subarray(inside)]);
  deep.writeUInt32LE(deep.length, 4);
  return deep;
}

/** Changes the sizes an entry claims, in the directory. */
function withClaimedSize(file: Buffer, size: number): Buffer {
  const changed = Buffer.from(file);
  const entry = changed.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
  changed.writeUInt32LE(size, entry + 24);
  return changed;
}

describe('a hostile APK', () => {
  it('with a manifest that unpacks beyond its bound is refused before it exists', async () => {
    const honest = withManifest(Buffer.alloc(LIMITS.manifestBytes + 1));
    await expect(read(honest)).rejects.toMatchObject({ reason: 'too-large' });
    const lying = withClaimedSize(withManifest(Buffer.alloc(12 * MIB)), 1_000);
    await expect(read(lying)).rejects.toMatchObject({ reason: 'too-large' });
  });

  it('with a manifest shorter than it claims is refused', async () => {
    await expect(read(withClaimedSize(withManifest(MANIFEST), MANIFEST.length + 1))).rejects.toMatchObject({
      reason: 'zip-damaged',
    });
  });

  it('with a chunk of no size does not keep the parser in a loop', async () => {
    const looping = Buffer.from(MANIFEST);
    looping.writeUInt32LE(0, FIRST_CHUNK + 4);
    await expect(read(withManifest(looping))).rejects.toMatchObject({ reason: 'manifest-damaged' });
  });

  it('with strings that overlap does not fill memory', async () => {
    const bomb = overlappingStrings(100_000, 0x7f00);
    expect(bomb.length).toBeLessThan(MIB);
    await expect(read(withManifest(bomb))).rejects.toMatchObject({ reason: 'too-large' });
  });

  it('with elements ten thousand deep is read like any other', async () => {
    const deep = deepManifest(10_000);
    await expect(read(withManifest(deep))).resolves.toMatchObject({ package: PLAIN.package });
  });

  it('with a chunk Android does not know is read as Android reads it', async () => {
    const unknown = Buffer.from([0x99, 0x01, 8, 0, 8, 0, 0, 0]);
    const changed = Buffer.concat([MANIFEST, unknown]);
    changed.writeUInt32LE(changed.length, 4);
    await expect(read(withManifest(changed))).resolves.toMatchObject({ package: PLAIN.package });
  });

  it('whose directory claims to lie outside the file is refused', async () => {
    for (const [at, value] of [
      [12, 0x7fffffff],
      [16, 0x7fffffff],
      [16, 0xffffffff],
    ] as const) {
      const file = apk();
      file.writeUInt32LE(value, file.length - 22 + at);
      await expect(read(file)).rejects.toMatchObject({ reason: 'zip-damaged' });
    }
  });

  it('with an end record inside its comment is read by the real one', async () => {
    const decoy = Buffer.from('504b0506000000000100010000000000000000000000', 'hex');
    const file = Buffer.concat([apk(), decoy, Buffer.from('tail')]);
    file.writeUInt16LE(decoy.length + 4, apk().length - 2);
    await expect(read(file)).resolves.toMatchObject({ package: PLAIN.package });
  });

  it('with a native library that unpacks to a thousandfold costs no more than its head', async () => {
    const zeros = Buffer.alloc(12 * MIB);
    expect(deflateRawSync(zeros).length).toBeLessThan(MIB);
    const file = zipWith({ name: 'lib/arm64-v8a/libzeros.so', bytes: zeros });
    await expect(read(file)).resolves.toMatchObject({ abis: ['arm64-v8a'] });
  });

  it('with any byte changed or cut off anywhere yields facts or a refusal, nothing else', async () => {
    const whole = apk({ abis: ['arm64-v8a'], label: 'Fuzz', libraries: ['a.b'], features: ['c.d'] });
    await inFolder({}, async (folder) => {
      const path = join(folder, 'base.apk');
      const change = fc.record({
        flips: fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })), {
          maxLength: 4,
        }),
        cut: fc.option(fc.nat(whole.length), { nil: whole.length }),
      });
      await fc.assert(
        fc.asyncProperty(change, async ({ flips, cut }) => {
          const file = Buffer.from(whole);
          for (const [at, mask] of flips) file.writeUInt8(file.readUInt8(at) ^ mask, at);
          writeFileSync(path, file.subarray(0, cut));
          const outcome: unknown = await readAppFacts([path]).catch((error: unknown) => error);
          expect(outcome instanceof NotAnApk || (outcome as { package?: string }).package !== undefined).toBe(
            true,
          );
        }),
        { numRuns: 200 },
      );
    });
  });

  it('with any byte of its manifest changed yields facts or a refusal, nothing else', async () => {
    await inFolder({}, async (folder) => {
      const path = join(folder, 'base.apk');
      const flips = fc.array(fc.tuple(fc.nat(MANIFEST.length - 1), fc.nat(255)), {
        minLength: 1,
        maxLength: 3,
      });
      await fc.assert(
        fc.asyncProperty(flips, async (changes) => {
          const manifest = Buffer.from(MANIFEST);
          for (const [at, value] of changes) manifest.writeUInt8(value, at);
          writeFileSync(path, withManifest(manifest));
          const outcome: unknown = await readAppFacts([path]).catch((error: unknown) => error);
          expect(outcome instanceof NotAnApk || (outcome as { package?: string }).package !== undefined).toBe(
            true,
          );
        }),
        { numRuns: 400 },
      );
    });
  });
});
