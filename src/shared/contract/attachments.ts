import { z } from 'zod';
import { largestAttachment } from '../domain/largest-attachment.ts';
import { attachmentFields, fileName, mediaTypes, sha256 } from '../records/attachment.ts';
import { read, write } from './method.ts';
import { recordId, syncState } from './record-state.ts';

/** Bytes that one call may put or read: with a third more as base64 it stays within what every carrier takes. */
export const contentPieceLimit = 512 * 1024;

/** The kind of the record that something is attached to. */
const entity = z.string().max(40);
const bytes = z.number().int().min(0).max(largestAttachment);
const size = bytes.min(1);
const base64 = z.base64().max(Math.ceil(contentPieceLimit / 3) * 4);

/**
 * Where a content stands.
 * - `local`: on this ship only
 * - `sending`: on its way to shore
 * - `held`: ship and shore have it
 * - `refused`: on this ship only, since shore does not take it
 * - `ashore`: not on this computer; it is too large to come unasked
 * - `fetching`: on its way from shore
 * - `awaited`: neither here nor ashore, as far as is known: whoever added it has not sent it yet
 */
export const contentState = z.enum(['local', 'sending', 'held', 'refused', 'ashore', 'fetching', 'awaited']);
export type ContentState = z.infer<typeof contentState>;

export const attachment = z.object({
  id: recordId,
  ...attachmentFields.shape,
  addedBy: z.string(),
  /** ISO 8601. */
  addedAt: z.string(),
  content: z.object({
    state: contentState,
    /** Bytes that have arrived where it is going; of `local` what shore holds, of `ashore` what this node does. */
    arrived: bytes,
    /** For `refused`: why, in words. */
    reason: z.string().nullable(),
  }),
  /** Whether the thumbnail can be read here; null where there is none. */
  hasThumbnail: z.boolean().nullable(),
  /** Where the record itself stands. */
  sync: syncState,
});
export type Attachment = z.infer<typeof attachment>;

export const attachmentPolicy = z.object({
  /** Pixels; photos are made smaller to this before they are stored. */
  longestEdge: z.number().int().min(320).max(8_000),
  /** Of the JPEGs that are made of them, 0.3 to 0.95. */
  quality: z.number().min(0.3).max(0.95),
  /** Bytes that a file may have. */
  limit: z.number().int().min(65_536).max(largestAttachment),
  /** Bytes up to which contents come from shore unasked. */
  fetchUpTo: z.number().int().min(0).max(largestAttachment),
});
export type AttachmentPolicy = z.infer<typeof attachmentPolicy>;

export const attachmentMethods = {
  'attachments.policy': read(z.strictObject({}), attachmentPolicy),
  /** What is left out stays as it is. Kept across restarts, on this computer. */
  'attachments.setPolicy': write(z.strictObject({ ...attachmentPolicy.partial().shape }), attachmentPolicy),
  /** Of one record, oldest first. */
  'attachments.list': read(z.strictObject({ entity, recordId }), z.object({ items: z.array(attachment) })),
  /** Says that a content of this size is to be handed over, and hears from where to go on: `held` bytes are here already. */
  'attachments.begin': write(
    z.strictObject({ sha256, size }),
    z.object({ held: bytes, complete: z.boolean() }),
  ),
  /** Hands over bytes of it, in base64. They are on the disk when it answers. */
  'attachments.put': write(
    z.strictObject({ sha256, offset: bytes, data: base64 }),
    z.object({ held: bytes, complete: z.boolean() }),
  ),
  /** Attaches a content that was handed over to a record of a kind that may have attachments, and its thumbnail (a JPEG) where it is a picture. */
  'attachments.add': write(
    z.strictObject({
      entity,
      recordId,
      fileName,
      sha256,
      width: attachmentFields.shape.width.default(null),
      height: attachmentFields.shape.height.default(null),
      thumbnailSha256: attachmentFields.shape.thumbnailSha256.default(null),
    }),
    attachment,
  ),
  /** Bytes of a content or its thumbnail from `offset` on, in base64: as many as one answer carries. */
  'attachments.read': read(
    z.strictObject({
      id: recordId,
      part: z.enum(['content', 'thumbnail']).default('content'),
      offset: bytes.default(0),
    }),
    z.object({ data: z.base64(), size, mediaType: z.enum(mediaTypes) }),
  ),
  /** Asks for a content that is too large to come from shore by itself. */
  'attachments.fetch': write(z.strictObject({ id: recordId }), attachment),
  'attachments.delete': write(z.strictObject({ id: recordId }), z.object({ id: recordId })),
  /** Attaches what was deleted once more, under a new id, while its content is still here (a day at least). */
  'attachments.restore': write(z.strictObject({ id: recordId }), attachment),
};
