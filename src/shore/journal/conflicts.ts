import { specOf } from '#shared/records/catalogue.ts';
import { baseOf, conflictingValue } from '#shared/sync/conflicts.ts';
import type { Alternative } from '#shared/sync/merge.ts';
import { sideOf } from '#shared/sync/causal-context.ts';
import type { ConflictHead, ConflictSettlement } from '../store/schema.ts';
import type { JournalEntry, StoredConflict } from '../store/shore-store.ts';
import type { ConflictStep } from './fold.ts';

/**
 * Turns what changes did to contested fields into rows: one open row for each field of a record, brought up to the
 * values that stand now, closed when one of them has seen the others.
 * @param open rows that are open now
 * @param history every entry of the records concerned, in order of feed, these changes included
 * @returns the rows to write, those to be closed first
 */
export function resolveConflicts(
  steps: readonly ConflictStep[],
  open: readonly StoredConflict[],
  history: readonly JournalEntry[],
  now: number,
): StoredConflict[] {
  const current = new Map(open.map((row) => [keyOf(row), row]));
  const written = new Set<StoredConflict>();
  const entries = new Map(history.map((entry) => [`${entry.change.origin}#${entry.change.number}`, entry]));
  for (const step of steps) {
    const key = keyOf(step);
    const standing = current.get(key);
    if (step.now === 'stands') {
      const heads = step.alternatives.map((each) => describe(each, entries));
      const row = standing ?? {
        id: null,
        entity: step.entity,
        recordId: step.recordId,
        field: step.field,
        base: null,
        heads,
        openedAt: now,
        settledAt: null,
        settlement: null,
      };
      const next = { ...row, heads, base: baseFor(step, history) };
      if (standing !== undefined) written.delete(standing);
      written.add(next);
      current.set(key, next);
    } else if (standing !== undefined) {
      const next = { ...standing, settledAt: now, settlement: settlementOf(step, entries) };
      written.delete(standing);
      written.add(next);
      current.delete(key);
    }
  }
  return [...written].sort((a, b) => Number(a.settledAt === null) - Number(b.settledAt === null));
}

function keyOf(place: { entity: string; recordId: string; field: string }): string {
  return `${place.entity} ${place.recordId} ${place.field}`;
}

function baseFor(
  { entity, recordId, field, alternatives }: ConflictStep,
  history: readonly JournalEntry[],
): StoredConflict['base'] {
  const spec = specOf(entity);
  if (spec === undefined) return null;
  const applied = history.filter(
    ({ change, applied: how }) =>
      how === 'applied' && change.recordId === recordId && change.entity === entity,
  );
  return baseOf(
    spec,
    field,
    alternatives,
    applied.map(({ change }) => change),
  );
}

function settlementOf(
  { alternatives, change }: ConflictStep,
  entries: ReadonlyMap<string, JournalEntry>,
): ConflictSettlement {
  const [inForce] = alternatives;
  const deleted = change.operation === 'delete' || inForce === undefined;
  if (!deleted) return { ...describe(inForce, entries), deleted };
  const { origin, number, at, actorName, device } = change;
  const value = inForce?.value ?? null;
  return { value, deleted, by: actorName, device, at, side: sideOf(origin), origin, number };
}

function describe(alternative: Alternative, entries: ReadonlyMap<string, JournalEntry>): ConflictHead {
  const { origin, number } = alternative.stamp;
  return conflictingValue(alternative, entries.get(`${origin}#${number}`)?.change);
}
