import { parseBoundedJson } from '../bounded-json.ts';
import { originLimit } from '../sync/message-limits.ts';
import type { KeyPair, PackageCrypto } from '../ports.ts';
import { bytesOf, fromHex, joined, toHex, wordAt, wordOf } from './bytes.ts';
import {
  headerLimit,
  magic,
  packageVersion,
  PackageError,
  partHeader,
  partLimit,
  type PartHeader,
} from './header.ts';
import { keyId, publicOf, type OwnKeys, type PublicKeys } from './keys.ts';

const versionAt = magic.length;
const headerLengthAt = versionAt + 1;
const headerAt = headerLengthAt + 4;
const signatureLength = 64;
const tagLength = 16;
/** Before a frame: how long it is, sealed. */
const lengthLength = 4;
/** Bytes that are hashed or sealed before what else waits has its turn. */
const bytesPerTurn = 1024 * 1024;
const context = 'arus by hand 1\0';

/** What sealing adds to a frame. Bytes. */
export const sealedExtra = lengthLength + tagLength;

export interface SealDependencies {
  crypto: PackageCrypto;
  /** Resolves when what else waits has had its turn. */
  pause(): Promise<void>;
}

/** What a header says besides what sealing itself puts there. */
export type HeaderFacts = Omit<PartHeader, 'sender' | 'receiver' | 'ephemeral' | 'body'>;

/**
 * One part as a file: the header, the frames encrypted to the receiver, and the sender's signature over all of it.
 * @param ephemeral made for this parcel alone
 */
export async function sealPart(
  { crypto, pause }: SealDependencies,
  facts: HeaderFacts,
  frames: readonly Uint8Array[],
  { own, receiver, ephemeral }: { own: OwnKeys; receiver: PublicKeys; ephemeral: KeyPair },
): Promise<Uint8Array> {
  const header: PartHeader = {
    ...facts,
    sender: keyId(publicOf(own), crypto),
    receiver: keyId(receiver, crypto),
    ephemeral: toHex(ephemeral.publicKey),
    body: frames.reduce((sum, frame) => sum + frame.length + sealedExtra, 0),
  };
  const secret = crypto.agree(ephemeral, receiver.agreement);
  if (secret === null) throw new Error('The other end has a key that nothing can be encrypted to');
  const headerBytes = bytesOf(JSON.stringify(header));
  const start = joined(magic, Uint8Array.of(packageVersion), wordOf(headerBytes.length), headerBytes);
  const file = new Uint8Array(start.length + header.body + signatureLength);
  file.set(start);
  const bound = hashOf(crypto, start);
  const key = partKey(crypto, secret, header, { sender: own.signing.publicKey, receiver });
  let at = start.length;
  let sinceTurn = 0;
  for (const [index, frame] of frames.entries()) {
    const sealed = crypto.encrypt(key, nonceOf(index, index === frames.length - 1), bound, frame);
    file.set(wordOf(sealed.length), at);
    file.set(sealed, at + lengthLength);
    at += lengthLength + sealed.length;
    sinceTurn += sealed.length;
    if (sinceTurn < bytesPerTurn) continue;
    sinceTurn = 0;
    await pause();
  }
  file.set(crypto.sign(await signed({ crypto, pause }, file.subarray(0, at)), own.signing), at);
  return file;
}

/**
 * Reads a part's header without looking whether anybody altered it.
 * @throws ParcelError for what is no part of a parcel, or one of a newer layout
 */
export function readHeader(file: Uint8Array): { header: PartHeader; bodyAt: number } {
  const isOurs = magic.every((byte, index) => file[index] === byte);
  if (!isOurs)
    throw new PackageError(
      'not_a_parcel',
      'This is not a file that ARUS made, or it was changed on the way. Nothing was taken in.',
    );
  const version = file[versionAt];
  if (version !== undefined && version !== packageVersion)
    throw new PackageError(
      'newer_version',
      `This file has layout ${version} and this program knows layout ${packageVersion}: a newer ARUS made it, or it is damaged. Nothing was taken in. Update ARUS here and import it again.`,
    );
  if (file.length < headerAt) throw cut(file.length, null);
  const length = wordAt(file, headerLengthAt);
  if (length > headerLimit) throw damaged();
  const bodyAt = headerAt + length;
  if (file.length < bodyAt) throw cut(file.length, null);
  const parsed = partHeader.safeParse(jsonOf(file.subarray(headerAt, bodyAt)));
  if (!parsed.success) throw damaged();
  return { header: parsed.data, bodyAt };
}

/**
 * Opens a part: checks who signed it, that it is whole and as it was made, and gives its frames.
 * @param sender whose keys the header names
 * @throws ParcelError, and then nothing of it is to be believed
 */
export async function openPart(
  { crypto, pause }: SealDependencies,
  file: Uint8Array,
  { own, sender }: { own: OwnKeys; sender: PublicKeys },
): Promise<{ header: PartHeader; frames: Uint8Array[] }> {
  const { header, bodyAt } = readHeader(file);
  const whole = bodyAt + header.body + signatureLength;
  if (whole > partLimit) throw damaged();
  if (file.length < whole) throw cut(file.length, whole);
  const end = whole - signatureLength;
  const message = await signed({ crypto, pause }, file.subarray(0, end));
  if (file.length > whole || !crypto.verify(message, file.subarray(end), sender.signing)) throw damaged();
  const ephemeral = fromHex(header.ephemeral);
  const secret = ephemeral === null ? null : crypto.agree(own.agreement, ephemeral);
  if (secret === null) throw damaged();
  const bound = hashOf(crypto, file.subarray(0, bodyAt));
  const key = partKey(crypto, secret, header, { sender: sender.signing, receiver: publicOf(own) });
  const frames: Uint8Array[] = [];
  let sinceTurn = 0;
  for (let at = bodyAt; at < end;) {
    const length = at + lengthLength <= end ? wordAt(file, at) : Number.POSITIVE_INFINITY;
    const next = at + lengthLength + length;
    if (next > end) throw damaged();
    const nonce = nonceOf(frames.length, next === end);
    const frame = crypto.decrypt(key, nonce, bound, file.subarray(at + lengthLength, next));
    if (frame === null) throw damaged();
    frames.push(frame);
    at = next;
    sinceTurn += length;
    if (sinceTurn < bytesPerTurn) continue;
    sinceTurn = 0;
    await pause();
  }
  return { header, frames };
}

/** A key for each part: the nonces below count from zero in each. */
function partKey(
  crypto: PackageCrypto,
  secret: Uint8Array,
  { parcel, part, ephemeral }: PartHeader,
  { sender, receiver }: { sender: Uint8Array; receiver: PublicKeys },
): Uint8Array {
  const info = joined(
    bytesOf(context),
    fromHex(ephemeral) ?? new Uint8Array(),
    receiver.agreement,
    sender,
    wordOf(part),
  );
  return crypto.derive(secret, bytesOf(parcel), info);
}

/** The frame's place, and whether it is the last: none can be left out, repeated, moved or cut off (STREAM). */
function nonceOf(index: number, isLast: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  nonce.set(wordOf(index));
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** What is signed for a file: its hash, behind words that no other signature of these keys begins with. */
async function signed({ crypto, pause }: SealDependencies, file: Uint8Array): Promise<Uint8Array> {
  const hash = crypto.hash();
  for (let at = 0; at < file.length; at += bytesPerTurn) {
    hash.update(file.subarray(at, at + bytesPerTurn));
    if (at + bytesPerTurn < file.length) await pause();
  }
  return joined(bytesOf(context), hash.digest());
}

function hashOf(crypto: PackageCrypto, bytes: Uint8Array): Uint8Array {
  const hash = crypto.hash();
  hash.update(bytes);
  return hash.digest();
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return parseBoundedJson(text, { depth: 4, items: 6 * originLimit });
  } catch {
    return null;
  }
}

function cut(length: number, whole: number | null): PackageError {
  const lengths = whole === null ? '' : ` It has ${length} of ${whole} bytes.`;
  return new PackageError(
    'cut_short',
    `This file was cut short.${lengths} Nothing was taken in. Copy or send it again.`,
  );
}

function damaged(): PackageError {
  return new PackageError(
    'damaged',
    'This file is not as it was made: it is damaged or somebody altered it. Nothing was taken in. Ask for it again.',
  );
}
