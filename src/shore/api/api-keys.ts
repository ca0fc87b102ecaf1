import { createHash, timingSafeEqual } from 'node:crypto';

/** Keys as the gateway keeps them: their hashes only, each with the name that stands in the journal as device. */
export interface ApiKeys {
  readonly count: number;
  /** Name of the key, or null when it is none of ours. Takes the same time for every wrong key. */
  nameOf(key: string): string | null;
}

/** The list of keys cannot be read; the message says which line and what would be right. */
export class ApiKeyListError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ApiKeyListError';
  }
}

const line = /^sha256:([0-9a-f]{64})\s+(\S.{0,79})$/i;

/**
 * @param text one key a line (or between semicolons) as `sha256:HASH NAME`; empty lines and `#` comments are
 * passed over
 * @throws {ApiKeyListError}
 */
export function parseApiKeys(text: string): ApiKeys {
  const keys: { hash: Buffer; name: string }[] = [];
  for (const [index, raw] of text.split(/[\n;]/).entries()) {
    const entry = raw.trim();
    if (entry === '' || entry.startsWith('#')) continue;
    const [, hash, name] = line.exec(entry) ?? [];
    if (hash === undefined || name === undefined) {
      throw new ApiKeyListError(
        `entry ${index + 1} is not of the form "sha256:HASH NAME" (make one with --new-api-key NAME)`,
      );
    }
    keys.push({ hash: Buffer.from(hash, 'hex'), name });
  }
  if (keys.length === 0) throw new ApiKeyListError('it holds no key (make one with --new-api-key NAME)');
  return {
    count: keys.length,
    nameOf(key) {
      const given = hashOf(key);
      let found: string | null = null;
      for (const { hash, name } of keys) if (timingSafeEqual(hash, given)) found = name;
      return found;
    },
  };
}

/**
 * A new key and the line to keep of it. A plain hash is enough: 256 random bits cannot be guessed from it.
 * @param secret 32 unpredictable bytes
 */
export function newApiKey(name: string, secret: Uint8Array): { key: string; line: string } {
  const key = `arus_${Buffer.from(secret).toString('base64url')}`;
  return { key, line: `sha256:${hashOf(key).toString('hex')} ${name}` };
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}
