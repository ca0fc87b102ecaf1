import type { InferSelectModel } from 'drizzle-orm';
import type { syncConflicts } from './schema.ts';
import type { StoredConflict } from './shore-store.ts';

export function storedConflict(row: InferSelectModel<typeof syncConflicts>): StoredConflict {
  return {
    id: row.id,
    entity: row.entity,
    recordId: row.recordId,
    field: row.field,
    base: row.base,
    heads: row.heads,
    openedAt: row.openedAt,
    settledAt: row.settledAt,
    settlement: row.settlement,
  };
}
