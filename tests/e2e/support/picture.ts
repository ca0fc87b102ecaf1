/// <reference lib="dom" />
import type { Page } from '@playwright/test';

/** A photo of an engine room, as far as it goes: JPEG, drawn by the browser, bright and with much in it. */
export async function drawPhoto(page: Page, width: number, height: number, hue = 30): Promise<Buffer> {
  const text = await page.evaluate(
    async ([w = 0, h = 0, colour = 0]) => {
      const canvas = new OffscreenCanvas(w, h);
      const context = canvas.getContext('2d');
      if (context === null) throw new Error('No canvas to draw on');
      context.fillStyle = `hsl(${colour} 30% 88%)`;
      context.fillRect(0, 0, w, h);
      for (let index = 0; index < 400; index += 1) {
        const across = (index * 7919) % w;
        const down = (index * 104_729) % h;
        context.fillStyle = `hsl(${(colour + index * 3) % 360} ${20 + (index % 50)}% ${20 + ((index * 37) % 70)}%)`;
        context.fillRect(across, down, w / (4 + (index % 9)), h / (5 + (index % 7)));
      }
      const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      let binary = '';
      for (const byte of bytes) binary += String.fromCharCode(byte);
      return btoa(binary);
    },
    [width, height, hue],
  );
  return Buffer.from(text, 'base64');
}

/** The same photo as a camera writes it: with a segment of EXIF that says where it was taken. */
export function withPlace(jpeg: Buffer): Buffer {
  const words = Buffer.from('Exif\0\0MM\0*GPSLatitude 58 deg 58 min N');
  const head = Buffer.from([0xff, 0xe1, 0, words.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, words, jpeg.subarray(2)]);
}
