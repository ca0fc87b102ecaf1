import type { Conflict } from '#shared/contract/conflicts.ts';
import { ContractFailure } from '../contract-failure.ts';
import type { Handlers } from '../handlers.ts';
import { labelOf } from '../record-label.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import { toConflict } from './conflict.ts';
import { ConflictService } from './service.ts';

type Names = 'conflicts.list' | 'conflicts.get' | 'conflicts.settle';

export function conflictHandlers(store: VesselStore, { device }: { device: string }): Pick<Handlers, Names> {
  const service = new ConflictService(store, device);
  const existing = (id: string): Conflict => {
    const stored = store.conflicts.get(Number(id));
    if (stored === null) throw new ContractFailure('not_found', 'There is no such conflict on board.');
    return toConflict(stored, labelOf(store, stored.entity, stored.recordId));
  };
  return {
    'conflicts.list': ({ state, recordId, limit, cursor }) => {
      const before = cursor === undefined ? null : Number(cursor);
      const found = store.conflicts.page({ state, recordId, before, limit: limit + 1 });
      const shown = found.slice(0, limit);
      return {
        items: shown.map((stored) => toConflict(stored, labelOf(store, stored.entity, stored.recordId))),
        total: store.conflicts.count(state, recordId),
        nextCursor: found.length > limit ? String(shown.at(-1)?.id) : null,
      };
    },
    'conflicts.get': ({ id }) => existing(id),
    'conflicts.settle': ({ id, take, version }, { actor }) => {
      service.settle(Number(id), { take, version }, actor);
      return existing(id);
    },
  };
}
