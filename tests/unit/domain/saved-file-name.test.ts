import { describe, expect, test } from 'vitest';
import { mediaTypes } from '#shared/records/attachment.ts';
import { recognise } from '#shared/records/content-type.ts';
import { savedFileName } from '#shared/records/saved-file-name.ts';
import { fc } from '#support/properties.ts';

describe('the name under which a file is saved', () => {
  test.each([
    ['Crack in bracket.jpg', 'image/jpeg', 'Crack in bracket.jpg'],
    ['IMG_0042.JPEG', 'image/jpeg', 'IMG_0042.JPEG'],
    ['readme.bat', 'text/plain', 'readme.bat.txt'],
    ['readings.csv', 'text/plain', 'readings.csv'],
    ['photo.jpg.exe', 'image/jpeg', 'photo.jpg.exe.jpg'],
    ['report.pdf. . .', 'application/pdf', 'report.pdf'],
    ['script.ps1 ', 'text/plain', 'script.ps1.txt'],
    ['con.txt', 'text/plain', '_con.txt'],
    ['LPT1', 'text/plain', '_LPT1.txt'],
    ['.pdf', 'application/pdf', '.pdf.pdf'],
    ['...', 'text/plain', '_.txt'],
    ['Manómetro №3.png', 'image/png', 'Manómetro №3.png'],
  ] as const)('%s, %s, is %s', (fileName, type, saved) => {
    expect(savedFileName(fileName, type)).toBe(saved);
  });

  test('always ends as what the file is, and is saved the same again', () => {
    const inert = /.\.(jpe?g|png|webp|pdf|txt|csv|log|md)$/i;
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.constantFrom(...mediaTypes), (fileName, type) => {
        const saved = savedFileName(fileName, type);
        expect(saved).toMatch(inert);
        expect(savedFileName(saved, type)).toBe(saved);
      }),
    );
  });
});

describe('a photo as phones take it', () => {
  const heic = (brand: string): Uint8Array =>
    new TextEncoder().encode(`\u0000\u0000\u0000\u0018ftyp${brand}\u0000\u0000\u0000\u0000mif1${brand}`);

  test.each(['heic', 'heix', 'hevc', 'mif1', 'msf1'])('is named when it is refused (%s)', (brand) => {
    const answer = recognise(heic(brand));
    expect('refused' in answer && answer.refused).toMatch(/HEIC.*Most Compatible/);
  });
});
