import { z } from 'zod';
import { recordId } from '../contract/record-state.ts';
import { attachedCollections } from '../records/attached.ts';
import { attachmentFields, fileName, sha256 } from '../records/attachment.ts';
import { vesselId } from '../sync/topics.ts';
import { officeSyncState } from './records.ts';

/**
 * Where a content stands, seen from the office.
 * - `held`: it can be read here
 * - `arriving`: part of it has come from the ship
 * - `awaited`: nothing of it has
 */
export const officeContentState = z.enum(['held', 'arriving', 'awaited']);

/** A photo or document of a record, as the office sees it. */
export const officeAttachment = z.object({
  vesselId: z.string(),
  id: recordId,
  ...attachmentFields.shape,
  addedBy: z.string(),
  /** ISO 8601. */
  addedAt: z.string(),
  content: z.object({
    state: officeContentState,
    /** Bytes that have arrived. */
    arrived: z.number().int(),
  }),
  /** Whether the thumbnail can be read here; null where there is none. */
  hasThumbnail: z.boolean().nullable(),
  /** Where the record itself stands. */
  sync: officeSyncState,
});
export type OfficeAttachment = z.infer<typeof officeAttachment>;

/** What is attached has been put under `/api/vessels/{id}/contents/{sha256}` before, and its thumbnail too. */
export const officeNewAttachment = z.strictObject({
  fileName,
  sha256,
  width: attachmentFields.shape.width.default(null),
  height: attachmentFields.shape.height.default(null),
  thumbnailSha256: attachmentFields.shape.thumbnailSha256.default(null),
});
export type OfficeNewAttachment = z.input<typeof officeNewAttachment>;

/** A record that may have attachments, such as `work-orders` and an id. */
export const subjectParams = z.strictObject({
  collection: z.enum(attachedCollections()),
  id: recordId,
});

export const contentParams = z.strictObject({ id: vesselId, sha256 });
