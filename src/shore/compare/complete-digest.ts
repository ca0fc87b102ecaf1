import type { Environment } from '#shared/ports.ts';
import { emptyDigest, xorDigests, type Digest } from '#shared/sync/digest.ts';
import { digestOf } from '../journal/digest-of-records.ts';
import { retryConflicts } from '../store/retry.ts';
import type { RecordRef, ShoreStore, ShoreTransaction } from '../store/shore-store.ts';

/** Records whose digests are made in one transaction: the vessel's messages wait for it. */
const recordsAtOnce = 500;
const digestsAtOnce = 5_000;

/**
 * Makes the digests that records from before there were digests lack, some hundred in a transaction, and then the
 * total. Two gateways may do it at the same time, and either may be killed: what is done is done.
 * @returns false where shore does not know the vessel
 */
export async function completeDigest(
  { store, environment }: { store: ShoreStore; environment: Environment },
  vesselId: string,
): Promise<boolean> {
  for (;;) {
    const step = await retryConflicts(
      environment,
      () => undefined,
      () => store.transaction('update', (tx) => completeSome(tx, vesselId)),
    );
    if (step !== 'more') return step === 'complete';
  }
}

async function completeSome(
  tx: ShoreTransaction,
  vesselId: string,
): Promise<'more' | 'complete' | 'unknown_vessel'> {
  const vessel = await tx.vesselForUpdate(vesselId);
  if (vessel === null) return 'unknown_vessel';
  if (vessel.digest !== null) return 'complete';
  const records = await tx.recordsWithoutDigest(vesselId, recordsAtOnce);
  if (records.length === 0) {
    await tx.saveVessel({ ...vessel, digest: await totalOf(tx, vesselId) });
    return 'complete';
  }
  await tx.saveDigests(
    vesselId,
    records.map((record) => ({ entity: record.entity, recordId: record.id, digest: digestOf(record) })),
  );
  return 'more';
}

/** The digests of all records together, added up anew. */
export async function totalOf(tx: Pick<ShoreTransaction, 'digestsAfter'>, vesselId: string): Promise<Digest> {
  let total = emptyDigest;
  let after: RecordRef | null = null;
  for (;;) {
    const page: Awaited<ReturnType<typeof tx.digestsAfter>> = await tx.digestsAfter(
      vesselId,
      after,
      digestsAtOnce,
    );
    for (const { digest } of page) total = xorDigests(total, digest);
    after = page.at(-1) ?? null;
    if (page.length < digestsAtOnce) return total;
  }
}

/** Completes digests in the background, one vessel's at a time and each once, when they are first asked for. */
export class DigestCompletion {
  readonly #dependencies: { store: ShoreStore; environment: Environment };
  readonly #asked = new Set<string>();
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(dependencies: { store: ShoreStore; environment: Environment }) {
    this.#dependencies = dependencies;
  }

  ask(vesselId: string): void {
    if (this.#closed || this.#asked.has(vesselId)) return;
    this.#asked.add(vesselId);
    this.#work = this.#work.then(() => this.#complete(vesselId));
  }

  /** Resolves when nothing is under way any more; what is left is done when it is asked for again. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#work;
  }

  async #complete(vesselId: string): Promise<void> {
    const { environment } = this.#dependencies;
    try {
      if (!this.#closed && (await completeDigest(this.#dependencies, vesselId)))
        environment.log.info({ vessel: vesselId }, 'the digest of all records was made');
    } catch (error) {
      environment.log.warn(
        { err: error, vessel: vesselId },
        'the digest of all records could not be made; it is tried again when it is asked for',
      );
    } finally {
      this.#asked.delete(vesselId);
    }
  }
}
