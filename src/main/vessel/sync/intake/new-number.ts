import { workOrderSpec } from '#shared/records/work-order.ts';
import type { RecordKey } from '../../store/journal/outbox.ts';
import type { Values } from '../../store/records/record-table.ts';
import type { VesselStore } from '../../store/vessel-store.ts';

/** Tells people of an order that bore the number of another one, and was given a new number ashore. */
export function tellNewNumber(
  store: VesselStore,
  { entity, recordId }: RecordKey,
  { before, after }: { before: Values; after: Values },
): void {
  if (entity !== workOrderSpec.entity || before['number'] === after['number']) return;
  const { number: from } = before;
  const { number: to, title } = after;
  store.problems.add({
    at: store.environment.now(),
    code: 'number_doubled',
    message:
      `Two orders were raised as ${String(from)}, on computers that had not heard of each other. '${String(title)}' is ` +
      `${String(to)} now; the other keeps its number. Put the new number where the old one was written down.`,
    entity,
    recordId,
    number: null,
  });
}
