import { z } from 'zod';
import { read, write } from './method.ts';

/** Which screen it was typed at: `desktop`, or the name that a browser keeps. */
const screen = z.string().max(100);
/** What tells one form from all others, such as `work_order/<id>`. */
const key = z.string().min(1).max(200);
/** Characters: some hundred times what a long form holds. */
export const draftTextLimit = 200_000;
/** Of one screen: beyond it nothing more is kept. */
export const mostDrafts = 200;

/**
 * What people typed and did not save yet. It stays in the database of this computer: it is no record, is not journalled and never
 * sent ashore.
 */
export const draftMethods = {
  /** Everything that is kept of one screen, in no order. */
  'drafts.list': read(
    z.strictObject({ screen }),
    z.object({ items: z.array(z.object({ key, text: z.string() })) }),
  ),
  /** On disk when it is answered. What was kept under the same key is replaced. */
  'drafts.keep': write(
    z.strictObject({ screen, key, text: z.string().max(draftTextLimit) }),
    z.object({ key }),
  ),
  /** Also for one that is not there. */
  'drafts.discard': write(z.strictObject({ screen, key }), z.object({ key })),
};
