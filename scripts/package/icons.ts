/**
 * Program: draws the app's icons from resources/icon.svg into the forms that Windows, macOS and Linux want.
 * Run it after changing the drawing; what it writes is checked in, so that a package needs no browser.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const resources = join(import.meta.dirname, '..', '..', 'resources');
const svg = readFileSync(join(resources, 'icon.svg'), 'utf8');

const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512];
const windowsSizes = [16, 24, 32, 48, 64, 256];
/** Kinds of the ICNS format that hold a PNG, with the width that each wants in pixels. */
const macKinds = {
  icp4: 16,
  icp5: 32,
  ic07: 128,
  ic08: 256,
  ic09: 512,
  ic11: 32,
  ic12: 64,
  ic13: 256,
  ic14: 512,
};

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage();

async function draw(size: number): Promise<Buffer> {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>*{margin:0} svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
  );
  return page.screenshot({ omitBackground: true });
}

const pictures = new Map<number, Buffer>();
for (const size of new Set([...linuxSizes, ...windowsSizes, ...Object.values(macKinds)])) {
  pictures.set(size, await draw(size));
}
await browser.close();

function picture(size: number): Buffer {
  const found = pictures.get(size);
  if (found === undefined) throw new Error(`No picture of ${size} pixels was drawn`);
  return found;
}

/** Header, one 16-byte entry a picture, then the pictures; 256 pixels are written as 0. */
function ico(sizes: readonly number[]): Buffer {
  const header = Buffer.alloc(6 + 16 * sizes.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(sizes.length, 4);
  let offset = header.length;
  sizes.forEach((size, index) => {
    const at = 6 + 16 * index;
    header.writeUInt8(size % 256, at);
    header.writeUInt8(size % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(picture(size).length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += picture(size).length;
  });
  return Buffer.concat([header, ...sizes.map(picture)]);
}

/** `icns` and the whole length, then for each picture its kind, its length with these 8 bytes, and the PNG. */
function icns(kinds: Readonly<Record<string, number>>): Buffer {
  const parts = Object.entries(kinds).map(([kind, size]) => block(kind, picture(size)));
  return block('icns', Buffer.concat(parts));
}

function block(kind: string, content: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.write(kind, 'latin1');
  header.writeUInt32BE(content.length + 8, 4);
  return Buffer.concat([header, content]);
}

mkdirSync(join(resources, 'icons'), { recursive: true });
for (const size of linuxSizes) writeFileSync(join(resources, 'icons', `${size}x${size}.png`), picture(size));
writeFileSync(join(resources, 'icon.png'), picture(512));
writeFileSync(join(resources, 'icon.ico'), ico(windowsSizes));
writeFileSync(join(resources, 'icon.icns'), icns(macKinds));
