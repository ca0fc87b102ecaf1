import { recordSpecs } from '#shared/records/catalogue.ts';
import { canonicalJson } from '#shared/sync/canonical-json.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import { canonicalText } from '#shared/sync/change.ts';
import { encodeState } from '#shared/sync/record-state-json.ts';
import { platformHash } from '#vessel/store/journal/platform-hash.ts';
import type { VesselTables } from '../shore/tables.ts';
import type { Ship } from '../world/ship.ts';
import { Broken } from '../world/trace.ts';
import { baseHeadsOf } from './base-heads.ts';
import type { Ledger } from './ledger.ts';
import { nameOf } from './expected-conflicts.ts';
import { unruly } from './expected-values.ts';

/** Ship and shore hold the same changes, as they were written, and the hash chain holds. @throws {Broken} */
export function journalsAreTheSame(ship: Ship, tables: VesselTables): void {
  const { journal, store } = ship;
  if (journal === null || store === null) return;
  const base = new Map(baseHeadsOf(ship).map((head) => [head.origin, head]));
  // Up to here one of the ends has the outcome alone.
  const told = (origin: string): number =>
    Math.max(base.get(origin)?.number ?? 0, tables.origins.get(origin)?.base?.number ?? 0);
  let there = 0;
  for (const origin of journal.origins()) {
    const begin = base.get(origin);
    let hash = begin?.hash ?? chainStart(ship.vesselId, origin);
    const upTo = origin === store.own.origin ? store.own.last : store.headOf(origin).received.upTo;
    for (const { change, hash: sealed } of journal.range(origin, begin?.number ?? 0, 100_000)) {
      if (change.number > told(origin)) there += 1;
      const ashore = tables.entry(origin, change.number);
      if (ashore === null && change.number <= told(origin)) {
        hash = chainNext(hash, change, platformHash);
        continue;
      }
      if (ashore === null)
        throw new Broken('every change arrives', `${nameOf(change)} of ${ship.name} is not ashore`);
      // What shore held across a gap when it took the outcome instead of what was missing is sealed by the outcome's hash alone.
      const isWithinOutcome =
        ashore.hash === null && change.number <= (tables.origins.get(origin)?.base?.number ?? 0);
      if (
        canonicalText(ashore.change) !== canonicalText(change) ||
        (ashore.hash !== sealed && !isWithinOutcome)
      )
        throw new Broken(
          'a change arrives as it was written',
          `${nameOf(change)}: ${canonicalText(change)} on board, ${canonicalText(ashore.change)} ashore`,
        );
      // Beyond a gap, which stays where a lost computer took what it had not sent with it, the chain says nothing.
      const isChained = change.number <= upTo;
      hash = chainNext(hash, change, platformHash);
      if (sealed !== (isChained ? hash : null))
        throw new Broken('the chain holds', `${nameOf(change)} does not fit the hash chain`);
    }
  }
  const ashore = tables.journal.filter(({ change }) => change.number > told(change.origin)).length;
  if (there !== ashore)
    throw new Broken('every change arrives', `${ship.name} has ${there} changes, shore has ${ashore}`);
}

/** Ship and shore hold the same records, and each field shows what its rule says. @throws {Broken} */
export function recordsAreTheSame(ship: Ship, tables: VesselTables, ledger: Ledger): void {
  const { store, journal } = ship;
  if (store === null) return;
  // What shore took from this ship to repair a record, and has no journal of, stands in the ship's alone.
  for (const origin of journal?.origins() ?? [])
    ledger.note(ship.vesselId, journal?.range(origin, 0, 100_000).map(({ change }) => change) ?? []);
  for (const { entity, id, state, row } of tables.records.values()) {
    const known = store.table(entity).get(id);
    const text = known?.versions ?? store.awaited.get(entity, id);
    const name = `${entity} ${id} of ${ship.name}`;
    if (text === null) throw new Broken('both ends are equal', `${name} is not on board`);
    const kept = encodeState(state);
    const [here, there] =
      text === JSON.stringify(kept) ? [text, text] : [canonicalJson(JSON.parse(text)), canonicalJson(kept)];
    if (here !== there) throw new Broken('both ends are equal', `${name}: ${here} on board, ${there} ashore`);
    if (
      canonicalJson(known?.values ?? null) !== canonicalJson(row?.values ?? null) ||
      known?.deleted !== row?.deleted
    )
      throw new Broken(
        'both ends are equal',
        `${name}: ${JSON.stringify(known)} on board, ${JSON.stringify(row)} ashore`,
      );
  }
  for (const { entity, id, row } of tables.records.values()) {
    const changes = ledger.changesOf(ship.vesselId, tables, { entity, recordId: id });
    const fault = row === null || changes === null ? null : unruly(changes, row.values);
    if (fault !== null)
      throw new Broken('each field keeps its rule', `${entity} ${id} of ${ship.name}: ${fault}`);
  }
  const onBoard = ship.disk.countOfRecords(recordSpecs.map(({ entity }) => entity));
  if (onBoard !== tables.records.size)
    throw new Broken(
      'both ends are equal',
      `${ship.name} has ${onBoard} records, shore has ${tables.records.size}`,
    );
}
