import { z } from 'zod';
import { defineRecord, field, orNothing } from './define-record.ts';
import { largestAttachment } from '../domain/largest-attachment.ts';
import { storableText } from '../domain/storable-text.ts';

/** What may be attached to a record. Which of them a file is, its content says (`content-type.ts`), never its name. */
const mediaType = field.choice('Kind of file', {
  'image/jpeg': 'JPEG picture',
  'image/png': 'PNG picture',
  'image/webp': 'WebP picture',
  'application/pdf': 'PDF document',
  'text/plain': 'Text',
});
export const mediaTypes = mediaType.shape.options;
export type MediaType = (typeof mediaTypes)[number];

/** True for what a screen may show as a picture. */
export function isImage(type: string): boolean {
  return type.startsWith('image/');
}

/** Largest file in bytes, where a ship or an office does not want it smaller. */
export const attachmentLimit = 10_000_000;
/** Largest thumbnail in bytes. */
export const thumbnailLimit = 64 * 1024;
/** Longest edge of a thumbnail, pixels. */
export const thumbnailEdge = 256;

/** SHA-256 of the content, 64 hexadecimal digits. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'A SHA-256 in 64 hexadecimal digits');

const ordersKind = 'work_order';

const pixels = z.number().int().min(1).max(100_000);

/** A name for people, never a path: what part folders on any system, control characters and dots alone are refused. */
export const fileName = storableText
  .trim()
  .min(1, 'A name is needed')
  .max(160, 'At most 160 characters')
  // oxlint-disable-next-line no-control-regex
  .regex(/^[^/\\:\u0000-\u001f\u007f]+$/, 'A file name has no /, \\, : or control characters')
  .refine((name) => !/^\.+$/.test(name), 'A name is needed');

const byteCount = z.number().int().min(1);

/**
 * A photo or document on a record. The content lies beside the record, under its SHA-256. Who added it, and when, says the
 * journal: nothing of it is changed later.
 */
export const attachmentSpec = defineRecord({
  entity: 'attachment',
  since: 2,
  names: { one: 'Attachment', many: 'Attachments' },
  title: ['fileName'],
  fields: {
    /** Of what hangs on a work order, which is all that programs before version 3 know. */
    workOrderId: orNothing(field.reference('Work order', 'work_order')),
    /** Of all else: the kind of the record, and its id. */
    subjectKind: {
      ...orNothing(field.text('Kind of record', z.string().regex(/^[a-z][a-z_]{0,39}$/))),
      since: 3,
      initial: null,
    },
    subjectId: {
      ...orNothing(field.referenceOfKind('Record', 'subjectKind')),
      since: 3,
      initial: null,
    },
    fileName: field.text('File name', fileName),
    mediaType,
    /** Bytes. */
    size: field.whole('Size', byteCount.max(largestAttachment)),
    sha256: field.text('SHA-256', sha256),
    /** Pixels; null for what is no picture. */
    width: orNothing(field.whole('Width', pixels)),
    height: orNothing(field.whole('Height', pixels)),
    /** Of a small JPEG of it; null for what is no picture. */
    thumbnailSha256: orNothing(field.text('SHA-256 of the thumbnail', sha256)),
    thumbnailSize: orNothing(field.whole('Size of the thumbnail', byteCount.max(thumbnailLimit))),
  },
  snapshot: [{ place: 5 }],
  indexes: {
    onBoard: [
      { name: 'order', on: ['workOrderId', 'id'] },
      { name: 'subject', on: ['subjectId', 'id'] },
      { name: 'content', on: ['sha256'], among: 'all' },
      { name: 'thumbnail', on: ['thumbnailSha256'], among: 'all' },
    ],
    ashore: [
      { name: 'order', on: ['vesselId', 'workOrderId', 'id'] },
      { name: 'subject', on: ['vesselId', 'subjectId', 'id'] },
      { name: 'content', on: ['vesselId', 'sha256'], among: 'all' },
      { name: 'thumbnail', on: ['vesselId', 'thumbnailSha256'], among: 'all' },
    ],
  },
  urgentWhen: null,
  isSpecial: true,
});

export const attachmentFields = attachmentSpec.schema;
export type AttachmentFields = z.infer<typeof attachmentFields>;

/** The record that something is attached to. */
export interface Subject {
  entity: string;
  id: string;
}

type SubjectFields = Pick<AttachmentFields, 'workOrderId' | 'subjectKind' | 'subjectId'>;

/** What an attachment says of the record that it hangs on. */
export function subjectFields({ entity, id }: Subject): SubjectFields {
  return entity === ordersKind
    ? { workOrderId: id, subjectKind: null, subjectId: null }
    : { workOrderId: null, subjectKind: entity, subjectId: id };
}

/** The record that it hangs on; null where it names none. */
export function subjectOf({ workOrderId, subjectKind, subjectId }: SubjectFields): Subject | null {
  if (workOrderId !== null) return { entity: ordersKind, id: workOrderId };
  return subjectKind === null || subjectId === null ? null : { entity: subjectKind, id: subjectId };
}
