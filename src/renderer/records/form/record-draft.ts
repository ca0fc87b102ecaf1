import { z } from 'zod';
import type { Draft } from '../../lib/drafts.ts';
import type { FormEntries } from '../fields/field-entry.ts';
import type { SeenDetail } from '../port.ts';

const entry = z.union([z.string(), z.object({ id: z.string(), label: z.string() }), z.null()]);
const shape = z.object({ values: z.record(z.string(), entry), before: z.unknown() });

/** What the form leans on of a record as it stood. */
const before = z.looseObject({
  entity: z.string(),
  id: z.string(),
  title: z.string(),
  values: z.record(z.string(), z.unknown()),
  referenced: z.record(z.string(), z.string().nullable()),
  versions: z.record(z.string(), z.unknown()),
  conflicts: z.array(z.unknown()),
});

/**
 * A record's draft as it was kept on disk. What was typed counts also where the record beside it is of another program's form:
 * the person then goes on from the record as it stands now.
 */
export function parseRecordDraft(read: unknown): Draft<FormEntries, SeenDetail> | null {
  const draft = shape.safeParse(read);
  if (!draft.success) return null;
  const known = before.safeParse(draft.data.before);
  return {
    values: draft.data.values,
    before: known.success ? (draft.data.before as SeenDetail) : null,
  };
}
