import { z } from 'zod';
import { contractError } from '../contract/envelope.ts';
import { recordId } from '../contract/record-state.ts';
import { operations } from '../sync/change.ts';

const feed = z.number().int().min(0);

/** Committed changes of one vessel's records. */
export const officeChanged = z.object({
  vesselId: z.string(),
  entity: z.string(),
  /** Empty when so many changed at once that a reader had better ask again. */
  ids: z.array(recordId).readonly(),
  /** Running number of the vessel's changes that this event brings a reader up to; 0 when it brings it no further. */
  feed,
  /** `sync`: the record is the same, its acknowledgement moved. */
  cause: z.enum(['vessel', 'shore', 'sync']),
  /** What was changed and by whom, oldest first; only for readers that asked with `?changes=1`. */
  changes: z
    .array(
      z.object({
        feed,
        id: recordId,
        operation: z.enum(operations),
        /** Names of the fields that were set. */
        fields: z.array(z.string()),
        by: z.string(),
        at: z.string(),
      }),
    )
    .readonly()
    .optional(),
});
export type OfficeChanged = z.infer<typeof officeChanged>;

/** What the gateway sends over `/ws`. */
export const officeLiveMessage = z.union([
  /** First of all: where every vessel's feed stood when the reader was let in. */
  z.object({
    event: z.literal('feed.position'),
    payload: z.object({ vessels: z.array(z.object({ vesselId: z.string(), feed })).readonly() }),
  }),
  z.object({ event: z.literal('records.changed'), payload: officeChanged }),
  /** Answer to `{"ping": …}`. */
  z.object({ pong: z.union([z.string(), z.number()]) }),
  /** Something that the reader sent could not be understood; the connection stands. */
  z.object({ error: contractError }),
]);
export type OfficeLiveMessage = z.infer<typeof officeLiveMessage>;

/** What a reader may send over `/ws`: a sign of life, for those that cannot see WebSocket pings. */
export const officeLiveRequest = z.strictObject({ ping: z.union([z.string().max(100), z.number()]) });
