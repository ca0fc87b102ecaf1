import { specOf } from '#shared/records/catalogue.ts';
import { doubledNumberText } from '#shared/records/doubled-number.ts';
import { isNumbered } from '#shared/records/numbered.ts';
import type { RecordKey } from '../../store/journal/outbox.ts';
import type { Values } from '../../store/records/record-table.ts';
import type { VesselStore } from '../../store/vessel-store.ts';

/** Tells people of a record that bore the number of another one, and was given a new number ashore. */
export function tellNewNumber(
  store: VesselStore,
  { entity, recordId }: RecordKey,
  { before, after }: { before: Values; after: Values },
): void {
  const spec = specOf(entity);
  if (spec === undefined || !isNumbered(spec)) return;
  const [from, to] = [before[spec.number.field], after[spec.number.field]];
  if (from === to) return;
  store.problems.add({
    at: store.environment.now(),
    code: 'number_doubled',
    message: doubledNumberText(spec, after, { from: String(from), to: String(to) }),
    entity,
    recordId,
    number: null,
  });
}
