import { dirname, join } from 'node:path';
import { codeOf, readText } from '#files/held-files.ts';
import { writeNew } from '#files/whole-files.ts';
import { newKeys, ownKeysJson, parseOwnKeys, type OwnKeys } from '#shared/file-transfer/keys.ts';
import type { Environment } from '#shared/ports.ts';
import { packageCrypto } from './package-crypto.ts';
import { makePrivate } from './private-files.ts';

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
  const made = newKeys(packageCrypto);
  const draft = `${file}.${Buffer.from(randomBytes(4)).toString('hex')}`;
  // Under its name it is whole, and never in the place of another one.
  const isOurs = writeNew(file, draft, `${JSON.stringify(ownKeysJson(made))}\n`);
  return isOurs ? made : (readKept(file) ?? made);
}

function readKept(file: string): OwnKeys | null {
  let text: string;
  try {
    text = readText(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
  makePrivate(dirname(file), [fileName]);
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
