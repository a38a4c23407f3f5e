/**
 * Makes the icons of every system from build/icons/icon.svg (`npm run icons`): PNG for Linux, ICO for Windows, ICNS for
 * macOS. The drawing is rendered by Chromium; CHROMIUM names another than /usr/bin/chromium. What it makes is
 * committed, so that packing needs no browser.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const folder = new URL('icons/', import.meta.url);
const svg = await readFile(new URL('icon.svg', folder), 'utf8');

/** macOS wants air around the tile, the others none: they get the tile alone. */
const WHOLE = '0 0 1024 1024';
const TILE = '92 92 840 840';

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage();

/** @returns {Promise<Buffer>} a PNG of `size` pixels on each side */
async function render(viewBox, size) {
  await page.setViewportSize({ width: size, height: size });
  const sized = svg.replace(`viewBox="${WHOLE}"`, `viewBox="${viewBox}" width="${size}" height="${size}"`);
  await page.setContent(`<style>html,body{margin:0}svg{display:block}</style>${sized}`);
  return page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width: size, height: size } });
}

/** An ICO file of PNG images (https://learn.microsoft.com/previous-versions/ms997538, with PNG since Windows Vista). */
function ico(images) {
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  for (const [index, { size, png }] of images.entries()) {
    const at = 6 + 16 * index;
    // One byte a side; 0 stands for 256.
    header.writeUInt8(size % 256, at);
    header.writeUInt8(size % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(png.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += png.length;
  }
  return Buffer.concat([header, ...images.map(({ png }) => png)]);
}

/** An ICNS file of PNG images: `icns`, its length, then each image with its type and length, big-endian. */
function icns(images) {
  const chunk = (type, bytes) => {
    const header = Buffer.alloc(8);
    header.write(type, 'latin1');
    header.writeUInt32BE(bytes.length + 8, 4);
    return Buffer.concat([header, bytes]);
  };
  return chunk('icns', Buffer.concat(images.map(({ type, png }) => chunk(type, png))));
}

try {
  await mkdir(new URL('linux/', folder), { recursive: true });
  for (const size of [16, 24, 32, 48, 64, 128, 256, 512]) {
    await writeFile(new URL(`linux/${size}x${size}.png`, folder), await render(TILE, size));
  }
  const windows = [];
  for (const size of [16, 20, 24, 32, 40, 48, 64, 256]) windows.push({ size, png: await render(TILE, size) });
  await writeFile(new URL('icon.ico', folder), ico(windows));
  const apple = [];
  for (const [type, size] of Object.entries({
    ic11: 32, // 16 points at 2x
    ic12: 64, // 32 points at 2x
    ic07: 128,
    ic13: 256, // 128 points at 2x
    ic08: 256,
    ic14: 512, // 256 points at 2x
    ic09: 512,
    ic10: 1024, // 512 points at 2x
  })) {
    apple.push({ type, png: await render(WHOLE, size) });
  }
  await writeFile(new URL('icon.icns', folder), icns(apple));
} finally {
  await browser.close();
}
