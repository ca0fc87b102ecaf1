import { z } from 'zod';
import { copiesList } from './copies.ts';
import { recordId } from './record-state.ts';
import { storageStatus } from './storage.ts';
import { syncStatus } from './sync.ts';

/** What the vessel tells its screens without being asked. */
export const events = {
  /** Committed changes to records, or to where they stand between ship and shore. */
  'records.changed': z.object({
    entity: z.string(),
    /** Empty when so many changed at once that a screen had better ask again. */
    ids: z.array(recordId),
    /** `sync`: the record is the same, its acknowledgement moved. */
    cause: z.enum(['local', 'shore', 'sync']),
  }),
  'sync.changed': syncStatus,
  'storage.changed': storageStatus,
  'copies.changed': copiesList,
};
export type Events = typeof events;
export type EventName = keyof Events;
export type EventPayload<N extends EventName> = z.infer<Events[N]>;
