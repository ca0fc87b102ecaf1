import { z } from 'zod';
import type { PackageCrypto } from '../ports.ts';
import { fingerprint, isSameKeys, parseKeyText, type KeyCard } from './keys.ts';

/** A key of the other end, as it is kept. */
export const heldKey = z.object({
  text: z.string(),
  /** `link`: on the first contact. `hand`: a person took it over. */
  how: z.enum(['link', 'hand']),
  at: z.number(),
});
export type HeldKey = z.infer<typeof heldKey>;

/** What is kept of the other end's keys. */
export interface KnownKeys {
  trusted: HeldKey | null;
  /** Another one that was shown under its name and that nobody has accepted. */
  offered: HeldKey | null;
}

export type KeyOutcome =
  /** The first one ever: it is trusted from now on. */
  | { outcome: 'first'; keys: KnownKeys }
  /** Nothing is new. */
  | { outcome: 'known'; keys: KnownKeys }
  /** Not the one that is trusted: people have to decide. */
  | { outcome: 'changed'; keys: KnownKeys };

/** A key came over the link: the first one is trusted, another one is kept for people to decide. */
export function shownByLink(known: KnownKeys, text: string, at: number, crypto: PackageCrypto): KeyOutcome {
  const given = parseKeyText(text, crypto);
  const trusted = known.trusted === null ? null : parseKeyText(known.trusted.text, crypto);
  if (given === null) return { outcome: 'known', keys: known };
  const key: HeldKey = { text, how: 'link', at };
  if (trusted === null) return { outcome: 'first', keys: { trusted: key, offered: null } };
  if (isSameKeys(given.keys, trusted.keys)) return { outcome: 'known', keys: known };
  if (known.offered?.text === text) return { outcome: 'known', keys: known };
  return { outcome: 'changed', keys: { ...known, offered: key } };
}

/** The key that files are checked with and encrypted to; null while there is none. */
export function trustedCard({ trusted }: KnownKeys, crypto: PackageCrypto): KeyCard | null {
  return trusted === null ? null : parseKeyText(trusted.text, crypto);
}

/** A key for people: whose, its fingerprint, how it came and when. */
export const shownKey = z.object({
  of: z.string(),
  fingerprint: z.string(),
  how: z.enum(['link', 'hand']),
  /** ISO 8601. */
  at: z.string(),
});
export type ShownKey = z.infer<typeof shownKey>;

export function shownKeyOf(key: HeldKey | null, crypto: PackageCrypto): ShownKey | null {
  const card = key === null ? null : parseKeyText(key.text, crypto);
  if (key === null || card === null) return null;
  const { how, at } = key;
  return { of: card.of, fingerprint: fingerprint(card.keys, crypto), how, at: new Date(at).toISOString() };
}
