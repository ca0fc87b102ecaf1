import { specOf } from '#shared/records/catalogue.ts';
import { canonicalJson } from '#shared/sync/canonical-json.ts';
import { receivedToJson, nothingReceived, withNumber } from '#shared/sync/received-ranges.ts';
import { applyChange, emptyState, isDeleted, materialise, type RecordState } from '#shared/sync/merge.ts';
import { encodeState } from '#shared/sync/record-state-json.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { stateOf } from '#shared/sync/snapshot/join.ts';
import { keyOf, type VesselTables } from '../shore/tables.ts';
import { Broken } from '../world/trace.ts';
import { nameOf } from './expected-conflicts.ts';

/** Folds shore's journals from nothing and compares the outcome with its tables. */
export function shoreIsWhatItsJournalSays(vesselId: string, tables: VesselTables): void {
  const differs = (what: string): Broken =>
    new Broken('the tables are what the journal says', `${vesselId} ashore: ${what}`);
  const states = new Map<string, RecordState>();
  const origins = new Map<Origin, { received: typeof nothingReceived }>();
  for (const [key, { entity, base }] of tables.records) {
    const spec = specOf(entity);
    if (base !== undefined && spec !== undefined) states.set(key, stateOf(spec, base));
  }
  for (const [origin, { base }] of tables.origins)
    if (base !== undefined) origins.set(origin, { received: { upTo: base.number, beyond: [] } });
  const seen = new Set<string>();
  for (const [index, { change, applied, feed }] of tables.journal.entries()) {
    if (feed !== index + 1) throw differs(`entry ${index + 1} has the running number ${feed}`);
    const origin = origins.get(change.origin) ?? { received: nothingReceived };
    const name = nameOf(change);
    if (seen.has(name)) throw differs(`${nameOf(change)} stands there twice`);
    seen.add(name);
    origins.set(change.origin, { received: withNumber(origin.received, change.number) });
    const spec = specOf(change.entity);
    if (applied !== 'applied' || spec === undefined) continue;
    const key = keyOf(change.entity, change.recordId);
    states.set(key, applyChange(spec, states.get(key) ?? emptyState, change));
  }
  if (tables.head.feed !== tables.journal.length)
    throw differs('its last running number is not that of the journal');
  for (const [origin, head] of tables.origins)
    if (
      canonicalJson(receivedToJson(head.received)) !==
      canonicalJson(receivedToJson(origins.get(origin)?.received ?? nothingReceived))
    )
      throw differs(`the cursor of ${origin} is ${JSON.stringify(head.received)}`);
  if (states.size !== tables.records.size) throw differs('there are other records than the journal knows');
  for (const [key, state] of states) {
    for (const origin of Object.keys(state.touched))
      if (origin !== tables.head.origin && !tables.origins.has(origin))
        throw differs(`${key} has changes of ${origin}, of which no cursor tells`);
    const record = tables.records.get(key);
    const spec = specOf(key.split(' ')[0] ?? '');
    if (record === undefined || spec === undefined) throw differs(`${key} is not there`);
    if (canonicalJson(encodeState(record.state)) !== canonicalJson(encodeState(state)))
      throw differs(`the versions of ${key}`);
    if (canonicalJson(record.row?.values ?? null) !== canonicalJson(materialise(spec, state)))
      throw differs(`the row of ${key}`);
    if (record.row !== null && record.row.deleted !== isDeleted(state))
      throw differs(`whether ${key} is deleted`);
  }
}
