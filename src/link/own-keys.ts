import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { newKeys, ownKeysJson, parseOwnKeys, type OwnKeys } from '#shared/by-hand/keys.ts';
import type { Environment } from '#shared/ports.ts';
import { parcelCrypto } from './parcel-crypto.ts';

const fileName = 'by-hand-keys.json';

/** The file is there and holds something else. */
export class OwnKeysError extends Error {}

/**
 * This installation's keys for files that travel by hand: read from `by-hand-keys.json` in the data directory, or made
 * there, for this user's eyes only. Beside the database and not in it, so that a copy of the database is no copy of them.
 * @throws {OwnKeysError}, or Node's own error when the file cannot be read or written
 */
export function ownKeys(dataDirectory: string, { randomBytes }: Pick<Environment, 'randomBytes'>): OwnKeys {
  const file = join(dataDirectory, fileName);
  const kept = readKept(file);
  if (kept !== null) return kept;
  const made = newKeys(parcelCrypto);
  const draft = `${file}.${Buffer.from(randomBytes(4)).toString('hex')}`;
  const handle = openSync(draft, 'wx', 0o600);
  try {
    writeSync(handle, `${JSON.stringify(ownKeysJson(made))}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  try {
    // Under its name it is whole, and never in the place of another one.
    linkSync(draft, file);
    return made;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return readKept(file) ?? made;
  } finally {
    unlinkSync(draft);
  }
}

function readKept(file: string): OwnKeys | null {
  let text: string;
  try {
    chmodSync(file, 0o600);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const keys = parseOwnKeys(jsonOf(text));
  if (keys !== null) return keys;
  throw new OwnKeysError(
    `${file} does not hold keys. Put it back from a backup; or delete it, start again, and hand the new key to the office.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
