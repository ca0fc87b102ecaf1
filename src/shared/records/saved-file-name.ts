import type { MediaType } from './attachment.ts';

/** Endings that fit what a file is; the first is put where none of them stands. */
const endings: Readonly<Record<MediaType, readonly [string, ...string[]]>> = {
  'image/jpeg': ['.jpg', '.jpeg'],
  'image/png': ['.png'],
  'image/webp': ['.webp'],
  'application/pdf': ['.pdf'],
  'text/plain': ['.txt', '.csv', '.log', '.md'],
};

/** Names that are devices on Windows, whatever ending follows. */
const device = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/**
 * The name under which a file is saved on a computer: one whose ending says what the file is, so that a double click on
 * `readme.bat` or `photo.jpg.exe` starts no program. What a file system does not take the browser leaves out. What people see and what is kept of the attachment stays as it was given.
 * @param fileName as it was attached
 * @param type what its content is
 */
export function savedFileName(fileName: string, type: MediaType): string {
  // Windows leaves these off at the end, and what stands before them would be the ending.
  const name = fileName.replace(/[. ]+$/, '').trimStart();
  const named = name === '' || device.test(name) ? `_${name}` : name;
  const [usual] = endings[type];
  const fits = endings[type].some(
    (ending) => named.toLowerCase().endsWith(ending) && named.length > ending.length,
  );
  return fits ? named : `${named}${usual}`;
}
