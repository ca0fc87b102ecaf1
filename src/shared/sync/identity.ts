import { z } from 'zod';
import { storableText } from '../domain/storable-text.ts';
import { originName } from './causal-context.ts';
import { vesselId } from './topics.ts';

/**
 * Where a computer stands that says it is a ship which the office knows under another name: it waits for the office,
 * or the office has said what it is.
 */
export const claimStates = ['waiting', 'accepted', 'refused'] as const;
export type ClaimState = (typeof claimStates)[number];

/** Down: the office's word on a computer that bears a ship's id. */
export const identityBody = z.strictObject({
  kind: z.literal('identity'),
  vessel: vesselId,
  /** Of the computer that this is about. */
  origin: originName,
  /** `unknown`: no hello of this computer was judged here, and one is asked for. */
  state: z.enum([...claimStates, 'unknown']),
  /** The ship's name as that computer says it, and as the office knows it. */
  name: storableText.max(120),
  knownAs: storableText.max(120),
});
export type IdentityMessage = z.infer<typeof identityBody>;

/** Whether two names mean one ship: blanks and capitals say nothing, in no language. */
export function isSameName(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

const plain = (name: string): string => name.normalize('NFKC').replaceAll(/\s+/gu, ' ').trim().toLowerCase();
