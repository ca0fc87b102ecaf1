import type { Environment } from '#shared/ports.ts';
import { chainNext } from '#shared/sync/chain.ts';
import { wallClock } from '#shared/sync/clock.ts';
import type { Commits } from './commits.ts';
import { ShoreFailure } from './failure.ts';
import type { Incoming } from './journal/fold.ts';
import { platformHash } from './journal/platform-hash.ts';
import { writeChanges } from './journal/write-changes.ts';
import { Unit, type RecordUnit } from './record-unit.ts';
import type { Committed, Writer } from './service.ts';
import { databaseFault } from './store/database-error.ts';
import { officeAct } from './store/patience.ts';
import { retryConflicts } from './store/retry.ts';
import type { ShoreStore, ShoreTransaction } from './store/shore-store.ts';
import { VesselBook, type Needs } from './vessel-book.ts';
import type { WaitingWrites } from './waiting-writes.ts';

/** With less time than this, ms, nothing is begun. */
const shortestAttempt = 500;

export type { RecordInUnit, RecordUnit } from './record-unit.ts';

export interface WriteDependencies {
  store: ShoreStore;
  environment: Environment;
  commits: Commits;
  /** This gateway's name, for telling the others. */
  gateway: string;
  waiting: WaitingWrites<WaitingWriter>;
}

/** Somebody who writes, and is told how it ended once nothing can change that any more. */
export interface WaitingWriter {
  /** When it is told at the latest, on the monotonic clock. */
  readonly until: number;
  readonly needs: Needs;
  /**
   * Does the writer's work on what stands in the book, and adds it there. What the work refuses to do is its outcome;
   * anything else that goes wrong is thrown. May be called again.
   */
  write(book: VesselBook, now: number): Promise<void>;
  /** The book is committed. */
  committed(): void;
  failed(error: unknown): void;
}

/**
 * The one way in which the office writes a synced record: in one transaction that holds the vessel's lock the
 * record, its field versions, the journal entry and the queue to the vessel, all or none; after the commit
 * whoever listens is told, here and on other gateways. Those who write for one vessel at the same time share a
 * transaction, each with an outcome of its own, the same as one after the other would have had.
 * @param work may run again when another transaction was in the way; what it refuses it refuses with a `ShoreFailure`
 * @param needs what `work` will read, as far as it is known
 * @returns what `work` returns
 * @throws {ShoreFailure} `not_found` for a vessel nobody knows, `unavailable` while the database is away or too many
 * write, and whatever `work` throws, with nothing written
 */
export function recordAndPublish<T>(
  dependencies: WriteDependencies,
  vesselId: string,
  writer: Writer,
  work: (unit: RecordUnit) => Promise<T>,
  needs: Needs = {},
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let outcome: () => void = () => reject(new Error('A write ended before it was done.'));
    const waiting: WaitingWriter = {
      until: dependencies.environment.monotonic() + officeAct,
      needs,
      async write(book, now) {
        const unit = new Unit(book, writer, now);
        try {
          const value = await work(unit);
          book.add(unit);
          outcome = () => resolve(value);
        } catch (error) {
          if (!(error instanceof ShoreFailure)) throw error;
          outcome = () => reject(error);
        }
      },
      committed: () => outcome(),
      failed: reject,
    };
    dependencies.waiting.add(vesselId, waiting, (group) => writeTogether(dependencies, vesselId, group));
  });
}

/** What a caller is told when the database is away; anything else is left as it is. */
export function unavailableWhenAway(error: unknown): unknown {
  if (error instanceof ShoreFailure || databaseFault(error) === 'refused') return error;
  return new ShoreFailure(
    'unavailable',
    'The database cannot be reached just now. Look whether your change shows before you make it again.',
    { retryable: true, cause: error },
  );
}

/** Those whose time the writers before them have used up are told so; nothing was begun for them. */
function stillInTime(waiting: readonly WaitingWriter[], now: number): WaitingWriter[] {
  return waiting.filter((writer) => {
    if (writer.until - now >= shortestAttempt) return true;
    writer.failed(
      new ShoreFailure(
        'unavailable',
        'The database takes too long just now. Nothing of this was saved. Try again soon.',
        { retryable: true },
      ),
    );
    return false;
  });
}

async function writeTogether(
  dependencies: WriteDependencies,
  vesselId: string,
  waiting: readonly WaitingWriter[],
): Promise<void> {
  const { store, environment, commits } = dependencies;
  const group = stillInTime(waiting, environment.monotonic());
  if (group.length === 0) return;
  const until = Math.min(...group.map((writer) => writer.until));
  try {
    const events = await retryConflicts(
      environment,
      () => undefined,
      () =>
        store.transaction(
          'write',
          (tx) => writeGroup(tx, dependencies, vesselId, group),
          until - environment.monotonic(),
        ),
      until - shortestAttempt,
    );
    commits.announce(events);
    for (const writer of group) writer.committed();
  } catch (error) {
    const isOnesFault = !(error instanceof ShoreFailure) && databaseFault(error) === 'refused';
    // Something that one of them asked cannot be done, and took what the others had written with it.
    if (isOnesFault && group.length > 1)
      for (const writer of group) await writeTogether(dependencies, vesselId, [writer]);
    else for (const writer of group) writer.failed(unavailableWhenAway(error));
  }
}

async function writeGroup(
  tx: ShoreTransaction,
  { environment, gateway }: WriteDependencies,
  vesselId: string,
  group: readonly WaitingWriter[],
): Promise<Committed[]> {
  const book = await VesselBook.open(
    tx,
    vesselId,
    group.map(({ needs }) => needs),
  );
  if (book === null) throw new ShoreFailure('not_found', `There is no vessel called '${vesselId}'.`);
  for (const writer of group) await writer.write(book, wallClock(environment.now()));
  const { vessel, changes } = book;
  if (changes.length === 0) return [];
  let { hash } = vessel;
  const incoming = changes.map(({ change, spec }): Incoming => {
    hash = chainNext(hash, change, platformHash);
    return { change, spec, hash, claimed: null, applied: 'applied' };
  });
  const { events, digest } = await writeChanges(tx, vesselId, incoming, {
    feed: vessel.feed,
    digest: vessel.digest,
    now: environment.now(),
    cause: 'shore',
    known: book.stored,
  });
  await tx.enqueue(
    vesselId,
    changes.map(({ change: { number, lane, entity, recordId, at } }) => ({
      number,
      lane,
      entity,
      recordId,
      at,
    })),
  );
  await tx.addProblems(book.problems);
  await tx.saveVessel({
    ...vessel,
    last: book.last,
    hash,
    time: book.time,
    feed: vessel.feed + changes.length,
    digest,
  });
  await tx.notify({ gateway, events });
  return events;
}
