import { vesselDigests, type VesselDigests } from '#shared/office/digests.ts';
import {
  differenceOf,
  receivedFromJson,
  nothingReceived,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import { sideOf } from '#shared/sync/causal-context.ts';
import type { HeldRecord, VesselHolding } from '#vessel/store/verify/read-holding.ts';

/** What is asked over HTTP: the gateway's address, and a key where it wants one. */
export interface ShoreAddress {
  url: string;
  key: string | null;
}

/** How the ship's database compares with shore's. */
export type Compared =
  /** `unseen`: changes of which the ship has the outcome alone, from a snapshot; their records were compared. */
  | { outcome: 'equal'; records: number; changes: number; unseen: number }
  /** Sentences for the person, the records that differ among them. */
  | { outcome: 'differs'; lines: string[] }
  | { outcome: 'unreachable'; reason: string };

const answerWithinMs = 60_000;
/** Shore takes in changes while its pages are read: read from the beginning again, so often. */
const attempts = 5;
const named = 50;

type Fetch = typeof fetch;

/** Reads everything that shore holds for the vessel and compares it with what the ship's database holds. */
export async function compareWithShore(
  ship: VesselHolding,
  shore: ShoreAddress,
  get: Fetch = fetch,
): Promise<Compared> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const theirs = await readShore(ship.vesselId, shore, get);
    if (theirs === 'moved') continue;
    return typeof theirs === 'string' ? { outcome: 'unreachable', reason: theirs } : compare(ship, theirs);
  }
  return {
    outcome: 'unreachable',
    reason: 'it takes in changes all the time; try again when the ship is at rest',
  };
}

type Whole = Omit<VesselDigests, 'next'>;

/** @returns everything, 'moved' where shore took in a change meanwhile, or why it cannot be had */
async function readShore(vesselId: string, shore: ShoreAddress, get: Fetch): Promise<Whole | string> {
  const items: VesselDigests['items'][number][] = [];
  let first: VesselDigests | null = null;
  for (let after: string | null = ''; after !== null;) {
    const url = new URL(`/api/vessels/${vesselId}/digests`, shore.url);
    if (after !== '') url.searchParams.set('after', after);
    let page: VesselDigests;
    try {
      const response = await get(url, {
        headers: shore.key === null ? {} : { authorization: `Bearer ${shore.key}` },
        signal: AbortSignal.timeout(answerWithinMs),
      });
      if (!response.ok) return `it answered ${response.status}: ${(await response.text()).slice(0, 300)}`;
      page = vesselDigests.parse(await response.json());
    } catch (error) {
      return reasonOf(error);
    }
    first ??= page;
    if (JSON.stringify(page.held) !== JSON.stringify(first.held)) return 'moved';
    items.push(...page.items);
    after = page.next;
  }
  return first === null ? 'it sent nothing' : { held: first.held, heads: first.heads, items };
}

function compare(ship: VesselHolding, shore: Whole): Compared {
  const lines = [...compareJournals(ship, shore), ...waiting(ship, shore)];
  const onTheWay = ship.changedBeyond(receivedOf(shore.held, ship.origin));
  const theirs = new Map(shore.items.map((item) => [`${item.entity} ${item.recordId}`, item.digest]));
  const differing = [...new Set([...ship.records.keys(), ...theirs.keys()])].filter(
    (key) => ship.records.get(key)?.digest !== theirs.get(key),
  );
  const unexplained = differing.filter((key) => !onTheWay.has(key));
  for (const key of unexplained.slice(0, named))
    lines.push(describe(key, ship.records.get(key), theirs.has(key)));
  if (unexplained.length > named) lines.push(`… and ${unexplained.length - named} more records differ.`);
  if (differing.length > unexplained.length)
    lines.push(`${differing.length - unexplained.length} records have changes on board that wait for shore.`);
  if (lines.length > 0) return { outcome: 'differs', lines };
  const changes = Object.values(ship.held).reduce(
    (sum: number, received) => sum + receivedFromJson(received).upTo,
    0,
  );
  const unseen = [...ship.bases.values()].reduce((sum, { number }) => sum + number, 0);
  return { outcome: 'equal', records: ship.records.size, changes: changes - unseen, unseen };
}

/** The chain: shore's hash at its cursor has to be the ship's at the same entry. */
function compareJournals(ship: VesselHolding, shore: Whole): string[] {
  return shore.heads.flatMap(({ origin, upTo, hash }) => {
    const onBoard = receivedOf(ship.held, origin).upTo;
    if (upTo === 0 || (sideOf(origin) === 'shore' && onBoard < upTo)) return [];
    // What a snapshot told of has no entries on board to be compared; what shore lacks of it is told below.
    if (upTo < (ship.bases.get(origin)?.number ?? 0)) return [];
    if (onBoard < upTo)
      return [
        `Journal ${origin}: shore holds ${upTo} entries, the ship ${onBoard}. The rest was cut off on board.`,
      ];
    return ship.hashAt(origin, upTo) === hash
      ? []
      : [
          `Journal ${origin}: entry ${upTo}, or one before it, is not the one that shore holds. It was altered.`,
        ];
  });
}

function waiting(ship: VesselHolding, shore: Whole): string[] {
  const missing = (a: ReceivedRanges, b: ReceivedRanges): number => {
    const { upTo, beyond } = differenceOf(a, b);
    return beyond.reduce((sum, [first, last]) => sum + last - first + 1, upTo);
  };
  const lines: string[] = [];
  for (const origin of new Set([...Object.keys(ship.held), ...Object.keys(shore.held)])) {
    const here = receivedOf(ship.held, origin);
    const there = receivedOf(shore.held, origin);
    const up = missing(here, there);
    const down = missing(there, here);
    if (up > 0) lines.push(`${up} changes of ${origin} are on board and not ashore.`);
    if (down > 0) lines.push(`${down} changes of ${origin} are ashore and not on board.`);
  }
  return lines;
}

function receivedOf(held: VesselHolding['held'], origin: string): ReceivedRanges {
  const found = held[origin];
  return found === undefined ? nothingReceived : receivedFromJson(found);
}

function describe(key: string, record: HeldRecord | undefined, isAshore: boolean): string {
  const name = record === undefined || record.label === '' ? key : `${record.label} (${key})`;
  if (record === undefined) return `${name} is ashore and not on board.`;
  return isAshore ? `${name} is not the same on board and ashore.` : `${name} is on board and not ashore.`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
