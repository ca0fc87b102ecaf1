import type { KeyPair, PackageCrypto } from '../ports.ts';
import { vesselId } from '../sync/topics.ts';
import { bytesOf, fromHex, joined, toHex } from './bytes.ts';

/** One end's own keys: files are signed with the first, and encrypted to the second. */
export interface OwnKeys {
  readonly signing: KeyPair;
  readonly agreement: KeyPair;
}

/** What the other end knows of them: 32 bytes each. */
export interface PublicKeys {
  readonly signing: Uint8Array;
  readonly agreement: Uint8Array;
}

/** The office's name in a key's text; no ship may bear it. */
export const officeName = 'shore';

/** A key as it is handed over: whose it is and what it is. */
export interface KeyCard {
  /** A ship's id, or `shore` for the office. */
  readonly of: string;
  readonly keys: PublicKeys;
}

/** A longer text is no key. Characters. */
export const keyTextLimit = 400;

const keyLength = 32;
const prefix = 'arus-key-1';
const checkLength = 8;

export function newKeys(crypto: PackageCrypto): OwnKeys {
  return { signing: crypto.newSigningKeys(), agreement: crypto.newAgreementKeys() };
}

export function publicOf({ signing, agreement }: OwnKeys): PublicKeys {
  return { signing: signing.publicKey, agreement: agreement.publicKey };
}

/** Names a pair of keys in a file's header: sixteen hexadecimal digits. */
export function keyId(keys: PublicKeys, crypto: PackageCrypto): string {
  return toHex(digestOf(keys, crypto).subarray(0, 8));
}

/** Six groups of five digits that two people compare by voice; some 2^99 different ones. */
export function fingerprint(keys: PublicKeys, crypto: PackageCrypto): string {
  const digest = digestOf(keys, crypto);
  const groups: string[] = [];
  // Eight bytes for each group, so that no digit comes noticeably more often than another.
  for (let at = 8; at < 56; at += 8) {
    let rest = 0;
    for (const byte of digest.subarray(at, at + 8)) rest = (rest * 256 + byte) % 100_000;
    groups.push(String(rest).padStart(5, '0'));
  }
  return groups.join(' ');
}

export function isSameKeys(a: PublicKeys, b: PublicKeys): boolean {
  return toHex(a.signing) === toHex(b.signing) && toHex(a.agreement) === toHex(b.agreement);
}

/** One line of text that a person can mail or carry: `arus-key-1:WHO:KEYS:CHECK`. */
export function keyText({ of, keys }: KeyCard, crypto: PackageCrypto): string {
  const text = `${prefix}:${of}:${toHex(joined(keys.signing, keys.agreement))}`;
  return `${text}:${checkOf(text, crypto)}`;
}

/** Reads a key's text, with whatever white space came along; null for anything else, and for one that was altered. */
export function parseKeyText(given: string, crypto: PackageCrypto): KeyCard | null {
  const [name, of = '', keys = '', check, ...rest] = given.replaceAll(/\s+/g, '').split(':');
  if (name !== prefix || rest.length > 0) return null;
  if (of !== officeName && !vesselId.safeParse(of).success) return null;
  if (check !== checkOf(`${prefix}:${of}:${keys}`, crypto)) return null;
  const bytes = fromHex(keys);
  if (bytes === null || bytes.length !== 2 * keyLength) return null;
  return { of, keys: { signing: bytes.slice(0, keyLength), agreement: bytes.slice(keyLength) } };
}

/** Own keys as they are kept: private, so for a file that nobody else may read. */
export function ownKeysJson({ signing, agreement }: OwnKeys): Record<string, string> {
  return {
    signing: toHex(signing.privateKey),
    signingPublic: toHex(signing.publicKey),
    agreement: toHex(agreement.privateKey),
    agreementPublic: toHex(agreement.publicKey),
  };
}

/** Null for what `ownKeysJson` never wrote. */
export function parseOwnKeys(json: unknown): OwnKeys | null {
  if (typeof json !== 'object' || json === null) return null;
  const given = new Map<string, unknown>(Object.entries(json));
  const key = (name: string): Uint8Array | null => {
    const text = given.get(name);
    const bytes = typeof text === 'string' ? fromHex(text) : null;
    return bytes?.length === keyLength ? bytes : null;
  };
  const [signing, signingPublic] = [key('signing'), key('signingPublic')];
  const [agreement, agreementPublic] = [key('agreement'), key('agreementPublic')];
  if (signing === null || signingPublic === null || agreement === null || agreementPublic === null)
    return null;
  return {
    signing: { privateKey: signing, publicKey: signingPublic },
    agreement: { privateKey: agreement, publicKey: agreementPublic },
  };
}

function digestOf({ signing, agreement }: PublicKeys, crypto: PackageCrypto): Uint8Array {
  const hash = crypto.hash();
  hash.update(bytesOf('arus key 1\0'));
  hash.update(signing);
  hash.update(agreement);
  return hash.digest();
}

function checkOf(text: string, crypto: PackageCrypto): string {
  const hash = crypto.hash();
  hash.update(bytesOf(text));
  return toHex(hash.digest()).slice(0, checkLength);
}
