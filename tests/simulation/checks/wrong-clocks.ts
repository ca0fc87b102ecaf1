import type { Change } from '#shared/sync/change.ts';
import { millisecondsOf } from '#shared/sync/clock.ts';
import { isCovered } from '#shared/sync/catch-up.ts';
import { nothingReceived, receivedFromJson, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import { keyOf } from '#shore/journal/fold.ts';
import type { Ledger } from './ledger.ts';
import type { VesselTables } from '../shore/tables.ts';
import { Broken } from '../world/trace.ts';
import type { World } from '../world/world.ts';
import { nameOf } from './expected-conflicts.ts';

/** By more than this no clock is followed. */
const mostFollowedMs = 86_400_000;

/**
 * A time far ahead of its writer's clock is that of a change which follows upon another of the same record. Where nobody
 * has that as a change any more, shore has it within the record that a ship sent up.
 * @throws {Broken}
 */
export function wrongClocksStayAmongThemselves(
  { attacker }: World,
  { vesselId, tables, ledger }: { vesselId: string; tables: VesselTables; ledger: Ledger },
): void {
  for (const { change } of tables.journal) {
    if (millisecondsOf(change.time) <= change.at + mostFollowedMs || attacker?.wrote(change) === true)
      continue;
    // What it follows upon may lie in a gap that was lost with its computer, or have been lost at both ends.
    if (change.number > (tables.origins.get(change.origin)?.received.upTo ?? change.number)) continue;
    if (hasSeenWhatIsLost(tables, change)) continue;
    const followed = tables.journal.some(
      ({ change: other }) => other.recordId === change.recordId && other.time === change.time - 1,
    );
    if (!followed && !isInBase(tables, change) && !isBeneathBase({ vesselId, tables, ledger }, change))
      throw new Broken(
        'a wrong clock is not followed',
        `${nameOf(change)} has a time far ahead of its writer's clock, and follows upon no such change`,
      );
  }
}

function hasSeenWhatIsLost({ origins, head }: VesselTables, { seen }: Change): boolean {
  return Object.entries(seen).some(([origin, received]) => {
    const ours: ReceivedRanges =
      origin === head.origin
        ? { upTo: head.last, beyond: [] }
        : (origins.get(origin)?.received ?? nothingReceived);
    return !isCovered(receivedFromJson(received), ours);
  });
}

/** Of what the base was made of a later one may have taken its place. */
function isBeneathBase(
  { vesselId, tables, ledger }: { vesselId: string; tables: VesselTables; ledger: Ledger },
  { entity, recordId, time }: Change,
): boolean {
  const isWithin = tables.records.get(keyOf(entity, recordId))?.base !== undefined;
  return isWithin && ledger.knowsOfTime(vesselId, { entity, recordId }, time - 1);
}

function isInBase({ records }: VesselTables, { entity, recordId, time }: Change): boolean {
  const base = records.get(keyOf(entity, recordId))?.base;
  // A stamp begins with its time.
  return base !== undefined && JSON.stringify(base.state).includes(`[${time - 1},"`);
}
