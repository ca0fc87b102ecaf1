import { eq, sql } from 'drizzle-orm';
import type { Executor } from './database.ts';
import { syncBaseTaken } from './schema.ts';
import type { ShoreTransaction, StoredRecord } from './shore-store.ts';
import type { Statements } from './statements.ts';

/** The part of a unit of work that is about records which came without their changes. */
export class SqlBases implements Pick<ShoreTransaction, 'saveBases' | 'baseTaken' | 'saveBaseTaken'> {
  readonly #executor: Executor;
  readonly #statements: Statements;

  constructor(executor: Executor, statements: Statements) {
    this.#executor = executor;
    this.#statements = statements;
  }

  async saveBases(vesselId: string, records: readonly StoredRecord[]): Promise<void> {
    const bases = records.flatMap(({ entity, id, base }) =>
      base === undefined ? [] : [{ entity, recordId: id, base }],
    );
    if (bases.length === 0) return;
    this.#statements.write(sql`
      update sync_versions as v set base = b.base
      from json_to_recordset(${JSON.stringify(bases)}::json) as b (entity text, "recordId" text, base jsonb)
      where v.vessel_id = ${vesselId} and v.record_id = b."recordId" and v.entity = b.entity`);
  }

  async baseTaken(vesselId: string, transfer: string): Promise<string | null | undefined> {
    const key = `${vesselId} ${transfer}`;
    await this.#statements.settled();
    const [row] = await this.#executor.select().from(syncBaseTaken).where(eq(syncBaseTaken.transfer, key));
    return row?.after;
  }

  async saveBaseTaken(vesselId: string, transfer: string, after: string | null): Promise<void> {
    this.#statements.write(
      this.#executor
        .insert(syncBaseTaken)
        .values({ transfer: `${vesselId} ${transfer}`, after })
        .onConflictDoUpdate({ target: syncBaseTaken.transfer, set: { after } })
        .getSQL(),
    );
  }
}
