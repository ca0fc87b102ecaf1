import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '#files/held-files.ts';
import { writeNew } from '#files/whole-files.ts';

/** Only what may stand in a WebSocket protocol name and in an address. */
const form = /^[A-Za-z0-9._~-]{16,200}$/;

export const tokenRule = '16 to 200 letters, digits, or any of . _ ~ -';

/** The file is there and holds something else. */
export class StationTokenError extends Error {}

/** True when `text` can serve as a station's token. */
export function isUsableToken(text: string): boolean {
  return form.test(text);
}

/**
 * The token that screens and scripts show to the station host: read from `station-token` in the data directory,
 * or made there of 32 random bytes, for this user's eyes only.
 * @throws {StationTokenError}, or Node's own error when the file cannot be read or written
 */
export function stationToken(dataDirectory: string, randomBytes: (length: number) => Uint8Array): string {
  const file = join(dataDirectory, 'station-token');
  const made = Buffer.from(randomBytes(32)).toString('base64url');
  const draft = `${file}.${Buffer.from(randomBytes(4)).toString('hex')}`;
  if (!existsSync(file) && writeNew(file, draft, `${made}\n`)) return made;
  const kept = readText(file).trim();
  if (!isUsableToken(kept)) {
    throw new StationTokenError(
      `${file} does not hold a token (${tokenRule}). Delete it and a new one is made.`,
    );
  }
  return kept;
}

/** A token that a person keeps in a file of their own. @throws {StationTokenError} */
export function tokenFrom(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    throw new StationTokenError(`--token-file: ${file} cannot be read (${String(code ?? error)}).`);
  }
  if (isUsableToken(text)) return text;
  throw new StationTokenError(`--token-file: ${file} does not hold a token (${tokenRule}).`);
}
