import type { Hello } from '#shared/sync/frame.ts';
import { isSameName, type IdentityMessage } from '#shared/sync/identity.ts';
import { originsToTake } from '#shared/sync/message-limits.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { otherShipNamed, otherShipProblem, renamedProblem } from '../journal/problem-texts.ts';
import type { Committed } from '../service.ts';
import type { OriginHead, ShoreTransaction, VesselClaim, VesselHead } from '../store/shore-store.ts';
import { claimMoved } from '../vessels/claim-events.ts';

/** Computers of one vessel that may wait for the office, or be refused, at a time: nobody has more. */
export const mostHeld = 20;

export type HelloVerdict =
  | { outcome: 'let in' }
  /** Nothing of the sender is taken, and it is told so. */
  | { outcome: 'held'; identity: IdentityMessage; events: Committed[] };

/**
 * Whether the computer that says hello is the ship which the office knows under its id, within the transaction that
 * holds the vessel's lock. One that has written here is; one that is new is, where it says the name that the office knows
 * (a PC that was replaced). Under another name it waits until somebody in the office has said what it is: what is merged
 * once is never apart again.
 */
export async function validateHello(
  tx: ShoreTransaction,
  vessel: VesselHead,
  heads: readonly OriginHead[],
  hello: Hello,
  now: number,
): Promise<HelloVerdict> {
  const { vesselId } = vessel;
  const { origin, name } = hello;
  const { knownAs, claims } = await tx.identity(vesselId);
  const claim = claims.find((each) => each.origin === origin);
  const hasWritten = heads.some((head) => head.origin === origin);
  const isNamedSo = knownAs === null || isSameName(knownAs, name);
  const isKnown = claim === undefined ? hasWritten : claim.state === 'accepted';
  const isHeld = claim?.state === 'refused' || (!isKnown && !isNamedSo);
  if (isHeld) return hold(tx, vessel, { hello, claim, claims, knownAs: knownAs ?? '', now });
  if (knownAs !== null && !isNamedSo) await tx.addProblems([renamedProblem(vesselId, knownAs, name, now)]);
  if (knownAs !== name && (knownAs === null || !isNamedSo)) await tx.saveKnownAs(vesselId, name);
  await letIn(tx, vessel, { hello, heads, claims, now });
  return { outcome: 'let in' };
}

async function hold(
  tx: ShoreTransaction,
  vessel: VesselHead,
  given: {
    hello: Hello;
    claim: VesselClaim | undefined;
    claims: readonly VesselClaim[];
    knownAs: string;
    now: number;
  },
): Promise<HelloVerdict> {
  const { hello, claim, claims, knownAs, now } = given;
  const { vesselId } = vessel;
  const { origin, name } = hello;
  const state = claim?.state === 'refused' ? 'refused' : 'waiting';
  const identity: IdentityMessage = {
    kind: 'identity',
    vessel: vesselId,
    origin,
    state,
    name,
    knownAs,
  };
  const isNews = claim === undefined || claim.name !== name;
  if (claim === undefined && claims.filter(({ state }) => state !== 'accepted').length >= mostHeld)
    return { outcome: 'held', identity, events: [] };
  await tx.saveClaim(vesselId, {
    origin,
    name,
    state,
    firstAt: claim?.firstAt ?? now,
    lastAt: now,
    decidedAt: claim?.decidedAt ?? null,
    decidedBy: claim?.decidedBy ?? null,
  });
  if (!isNews) return { outcome: 'held', identity, events: [] };
  if (state === 'waiting') await tx.addProblems([otherShipProblem(vesselId, { origin, name, knownAs }, now)]);
  return { outcome: 'held', identity, events: [claimMoved(vessel)] };
}

/** What it holds of other computers of the ship may come with it: shore may have lost it. */
async function letIn(
  tx: ShoreTransaction,
  { vesselId, origin: shoreOrigin }: VesselHead,
  given: { hello: Hello; heads: readonly OriginHead[]; claims: readonly VesselClaim[]; now: number },
): Promise<void> {
  const { hello, heads, claims, now } = given;
  const written = new Set<Origin>(heads.map(({ origin }) => origin));
  const judged = new Map(claims.map((claim) => [claim.origin, claim]));
  const isNew = (origin: Origin): boolean => !written.has(origin) && !judged.has(origin);
  const others = Object.keys(hello.held).filter(
    (origin) => origin !== hello.origin && origin !== shoreOrigin && isNew(origin),
  );
  const waited = judged.get(hello.origin)?.state === 'waiting';
  if (waited)
    await tx.concludeProblem(otherShipNamed(vesselId, { origin: hello.origin, name: hello.name }, now));
  const own = waited || isNew(hello.origin) ? [hello.origin] : [];
  const room = Math.max(0, originsToTake - claims.length);
  for (const origin of [...own, ...others].slice(0, waited ? room + 1 : room))
    await tx.saveClaim(vesselId, {
      origin,
      name: hello.name,
      state: 'accepted',
      firstAt: judged.get(origin)?.firstAt ?? now,
      lastAt: now,
      decidedAt: null,
      decidedBy: null,
    });
}
