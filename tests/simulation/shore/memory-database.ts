import type { Environment } from '#shared/ports.ts';
import type { ContactFacts, NewProblem, Notice, VesselContact } from '#shore/store/shore-store.ts';
import type { StoredProblem, VesselTables } from './tables.ts';

interface Contact extends VesselContact {
  facts: ContactFacts;
  sender: string | null;
  senderUntil: number;
}

interface Lock {
  holder: object;
  waiters: { by: object; granted: () => void }[];
}

export interface Listener {
  onNotice(notice: Notice): void;
  onGap(): void;
}

/**
 * What shore's Postgres holds, and its rules: a row lock on a vessel makes others wait, a transaction's writes are
 * there for others all at once at its commit or not at all, what is read under the lock is what is committed then, and
 * notices go out with the commit.
 */
export class MemoryDatabase {
  readonly clock: Pick<Environment, 'monotonic'>;
  readonly vessels = new Map<string, VesselTables>();
  readonly contacts = new Map<string, Contact>();
  readonly problems = new Map<string, StoredProblem>();
  readonly listeners = new Set<Listener>();
  /** Told of every commit that changed a vessel's tables. */
  onCommit: (vesselId: string, before: VesselTables | null, after: VesselTables) => void = () => undefined;
  readonly #locks = new Map<string, Lock>();
  #conflictId = 0;

  constructor(clock: Pick<Environment, 'monotonic'>) {
    this.clock = clock;
  }

  readonly newConflictId = (): number => (this.#conflictId += 1);

  /** Waits until nobody else holds the vessel. Taking what one holds is done at once. */
  lock(vesselId: string, by: object): Promise<void> {
    const lock = this.#locks.get(vesselId);
    if (lock === undefined) {
      this.#locks.set(vesselId, { holder: by, waiters: [] });
      return Promise.resolve();
    }
    if (lock.holder === by) return Promise.resolve();
    return new Promise((granted) => void lock.waiters.push({ by, granted }));
  }

  holds(vesselId: string, by: object): boolean {
    return this.#locks.get(vesselId)?.holder === by;
  }

  /** Lets go of all that a transaction holds or waits for. */
  unlockAll(by: object): void {
    for (const [vesselId, lock] of Array.from(this.#locks)) {
      lock.waiters = lock.waiters.filter((waiter) => waiter.by !== by);
      if (lock.holder !== by) continue;
      const next = lock.waiters.shift();
      if (next === undefined) {
        this.#locks.delete(vesselId);
      } else {
        lock.holder = next.by;
        next.granted();
      }
    }
  }

  addProblem(problem: NewProblem): void {
    const known = this.problems.get(problem.key);
    this.problems.set(problem.key, { ...problem, times: (known?.times ?? 0) + 1 });
  }

  concludeProblem(problem: NewProblem): void {
    const known = this.problems.get(problem.key);
    if (known !== undefined && known.code !== problem.code)
      this.problems.set(problem.key, { ...problem, times: known.times });
  }

  addContact(vesselId: string): void {
    if (this.contacts.has(vesselId)) return;
    const facts = { at: 0 };
    this.contacts.set(vesselId, {
      online: false,
      hello: null,
      agreement: null,
      facts,
      sender: null,
      senderUntil: 0,
    });
  }

  /** Everything is as it was when the copy was made. */
  restore(copy: ReadonlyMap<string, VesselTables>): void {
    this.vessels.clear();
    for (const [vesselId, tables] of copy) this.vessels.set(vesselId, tables);
    for (const vesselId of this.contacts.keys()) if (!copy.has(vesselId)) this.contacts.delete(vesselId);
    for (const contact of this.contacts.values()) Object.assign(contact, { hello: null, sender: null });
  }

  notify(notice: Notice): void {
    for (const listener of Array.from(this.listeners)) listener.onNotice(notice);
  }
}
