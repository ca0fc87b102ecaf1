import { eq } from 'drizzle-orm';
import { readIdentity } from './claim-rows.ts';
import type { Executor } from './database.ts';
import { vesselClaim, vesselContact } from './schema.ts';
import type { ShoreTransaction, VesselClaim, VesselIdentity } from './shore-store.ts';
import { SqlBases } from './sql-bases.ts';
import type { Statements } from './statements.ts';

/** The part of a unit of work that is about which computers are the vessel. */
export class SqlClaims
  extends SqlBases
  implements Pick<ShoreTransaction, 'identity' | 'saveKnownAs' | 'saveClaim'>
{
  readonly #executor: Executor;
  readonly #statements: Statements;

  constructor(executor: Executor, statements: Statements) {
    super(executor, statements);
    this.#executor = executor;
    this.#statements = statements;
  }

  async identity(vesselId: string): Promise<VesselIdentity> {
    await this.#statements.settled();
    return readIdentity(this.#executor, vesselId);
  }

  async saveKnownAs(vesselId: string, name: string): Promise<void> {
    this.#statements.write(
      this.#executor
        .update(vesselContact)
        .set({ knownAs: name })
        .where(eq(vesselContact.vesselId, vesselId))
        .getSQL(),
    );
  }

  async saveClaim(vesselId: string, { origin, ...claim }: VesselClaim): Promise<void> {
    this.#statements.write(
      this.#executor
        .insert(vesselClaim)
        .values({ vesselId, origin, ...claim })
        .onConflictDoUpdate({ target: [vesselClaim.vesselId, vesselClaim.origin], set: claim })
        .getSQL(),
    );
  }
}
