import type { Scalar } from '#shared/json.ts';
import type { AppServices } from '../lib/app-services/app-services.ts';
import { createRowWindow } from '../lib/row-window.ts';
import type { RecordPort, RecordQuery, SeenRecord } from './port.ts';

const pageSize = 100;
const mostFound = 50;

/** The records of the ship that this screen is on board of, over the contract. */
export function createShipPort(services: Pick<AppServices, 'transport' | 'clock' | 'onReturn'>): RecordPort {
  const { transport, clock, onReturn } = services;
  return {
    openWindow: (entity, query) =>
      createRowWindow<SeenRecord, RecordQuery>({
        query,
        pageSize,
        read({ search, filter, sort, direction }, offset, limit) {
          return transport.call('records.list', {
            entity,
            filter: filterOf(filter),
            ...(search === '' ? {} : { search }),
            sort,
            direction,
            offset,
            limit,
          });
        },
        readOne: (id) => transport.call('records.get', { entity, id }).catch(() => null),
        idOf: ({ id }) => id,
        differs: (before, now) => JSON.stringify(before.values) !== JSON.stringify(now.values),
        clock,
      }),
    async find(entity, words) {
      const search = words.trim().slice(0, 200);
      const { items } = await transport.call('records.list', {
        entity,
        limit: mostFound,
        ...(search === '' ? {} : { search }),
      });
      return items.map(({ id, title }) => ({ id, label: title }));
    },
    get: ({ entity, id }) => transport.call('records.get', { entity, id }),
    async first(entity, { filter, sort, direction }, most) {
      const { items, total } = await transport.call('records.list', {
        entity,
        filter: filterOf(filter),
        sort,
        direction,
        limit: most,
      });
      return { items, hasMore: total > items.length };
    },
    create: (entity, values, confirmed) => transport.call('records.create', { entity, values, confirmed }),
    update: ({ entity, id }, changes, basis) =>
      transport.call('records.update', { entity, id, changes, basis }),
    async remove({ entity, id }) {
      await transport.call('records.delete', { entity, id });
    },
    history: ({ entity, id }, cursor) =>
      transport.call('history.list', { entity, id, ...(cursor === null ? {} : { cursor }) }),
    onChanged(listener) {
      const stops = [
        transport.on('records.changed', ({ entity, ids }) => listener({ entity, ids })),
        onReturn(() => listener({ entity: null, ids: [] })),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

function filterOf(filter: RecordQuery['filter']): Record<string, Scalar[]> {
  return Object.fromEntries(Object.entries(filter).map(([name, values]) => [name, [...values]]));
}
