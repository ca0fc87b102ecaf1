import { z } from 'zod';
import { fewItems } from '../../few.ts';
import { originLimit } from '../message-limits.ts';
import { changeNumber } from '../numbers.ts';
import { originName } from '../causal-context.ts';
import { vesselId } from '../topics.ts';
import { recordsBody } from './columns.ts';

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** Record id and kind, with a blank between; empty for the beginning. */
const place = z.string().regex(/^([0-9a-f-]{36} [a-z][a-z_]{0,39})?$/);

/** Up to where a journal is in the records, and its chain hash there. */
const head = z.strictObject({ origin: originName, upTo: changeNumber, hash });

/**
 * Records of which shore lacks something, and that nobody has as changes: a node that began with a snapshot sends what
 * it began with. It asks where shore stands (`page` is null), then sends page after page, each from where shore says
 * that it stands; with the last shore takes over `heads`. Shore keeps how far each transfer has come in the transaction
 * that stores a page, so that a cut, a restart or a database that was put back in between loses none.
 *
 * Down, with neither page nor answer: these journals are ashore as records alone up to there. A node that lacks any of
 * that takes a snapshot, as there are no changes to be had.
 */
export const baseBody = z.strictObject({
  kind: z.literal('base'),
  vessel: vesselId,
  /** Of the node that sends, or is told. */
  origin: originName,
  /** Names what is sent and what of it shore lacks: the same as long as both are. */
  transfer: z.string().regex(/^[0-9a-f]{16}$/),
  /** Records in which the two ends differ. */
  total: count,
  heads: fewItems(originLimit, head),
  page: z
    .strictObject({
      /** After which record it begins, and after which it ends; null where nothing comes after. */
      after: place,
      next: place.nullable(),
      /** Version of the records' fields. */
      version: z.number().int().min(1),
      records: recordsBody,
    })
    .nullable(),
  answer: z
    .strictObject({
      /** `newer_program`: shore has to be updated first. */
      outcome: z.enum(['taken', 'newer_program']),
      /** After which record to go on; null where everything was taken. */
      after: place.nullable(),
    })
    .nullable(),
});
export type BaseMessage = z.infer<typeof baseBody>;

/** Records in one page at most, and characters of what they say. */
export const basePage = { records: 400, characters: 150_000 };
