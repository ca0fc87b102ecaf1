import { listRoute, recordRoute } from '../lib/app-services/route.ts';
import { pagedKinds } from '../records/kinds.ts';
import { entityName } from '../records/words/field-labels.ts';
import { type Screen, screenCommands } from './commands.ts';

/** Something the palette offers. */
export interface Hit {
  key: string;
  kind: string;
  label: string;
  keys: string | undefined;
  run: () => void;
}

const mostOrders = 8;
const mostOfAKind = 4;

/**
 * Shows the commands that fit `words` at once, and again with the records that fit as soon as they are read.
 * Records that cannot be read leave the commands standing.
 */
export async function findHits(
  screen: Screen,
  words: string,
  show: (hits: readonly Hit[]) => void,
): Promise<void> {
  const { transport, router } = screen.services;
  const search = words.trim().toLowerCase();
  const commands = screenCommands(screen)
    .filter(({ label }) => search.split(/\s+/).every((word) => label.toLowerCase().includes(word)))
    .map(({ label, keys, run }): Hit => ({ key: label, kind: 'Do', label, keys, run }));
  show(commands);
  if (search === '') return;
  const [orders, ...found] = await Promise.all([
    transport
      .call('workOrders.list', { search, limit: mostOrders, sort: 'updatedAt', direction: 'desc' })
      .catch(() => null),
    ...pagedKinds().map(({ entity }) =>
      transport.call('records.list', { entity, search, limit: mostOfAKind }).catch(() => null),
    ),
  ]);
  const orderHits = (orders?.items ?? []).map(({ id, number, title }): Hit => ({
    key: id,
    kind: 'Order',
    label: `${number} ${title}`,
    keys: undefined,
    run: () => router.go({ page: 'work-orders', open: { kind: 'order', id, editing: false }, full: false }),
  }));
  const recordHits = found.flatMap((page) =>
    (page?.items ?? []).map(({ entity, id, title }): Hit => ({
      key: id,
      kind: entityName(entity),
      label: title,
      keys: undefined,
      run: () => router.go(recordRoute({ entity, id }) ?? listRoute(entity)),
    })),
  );
  show([...orderHits, ...recordHits, ...commands]);
}
