import type { Lane } from '#shared/records/record.ts';
import type { ChainHash } from '#shared/sync/chain.ts';
import type { Creation } from '#shared/sync/columns/record-references.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { standingOfOrigin } from '#shore/store/origin-standing.ts';
import type {
  ContactFacts,
  JournalEntry,
  NewProblem,
  Notice,
  OriginStanding,
  QueueEntry,
  ShoreStore,
  ShoreTransaction,
  UnitKind,
  VesselContact,
  VesselHead,
  VesselIdentity,
} from '#shore/store/shore-store.ts';
import { MemoryDatabase, type Listener } from './memory-database.ts';
import { VesselTables } from './tables.ts';

import { MemoryTransaction, onePerKey } from './memory-transaction.ts';
import { directWire, type Wire } from './wire.ts';

/** One program's connection to a `MemoryDatabase`. */
export class MemoryStore implements ShoreStore {
  readonly #database: MemoryDatabase;
  readonly #wire: Wire;
  readonly #open = new Set<MemoryTransaction>();

  constructor(database: MemoryDatabase, wire: Wire = directWire) {
    this.#database = database;
    this.#wire = wire;
    wire.onEnd(() => {
      for (const transaction of Array.from(this.#open)) this.#end(transaction);
    });
  }

  async transaction<T>(kind: UnitKind, work: (tx: ShoreTransaction) => Promise<T>): Promise<T> {
    await this.#wire.statement(`begin ${kind}`);
    const transaction = new MemoryTransaction(this.#database, this.#wire);
    this.#open.add(transaction);
    try {
      const result = await work(transaction);
      await this.#wire.statement('commit');
      transaction.commit();
      this.#end(transaction);
      await this.#wire.committed();
      return result;
    } finally {
      this.#end(transaction);
    }
  }

  async vessel(vesselId: string): Promise<VesselHead | null> {
    await this.#wire.statement('select vessel');
    return this.#tables(vesselId)?.head ?? null;
  }

  async queued(vesselId: string, lane: Lane, after: number, limit: number): Promise<JournalEntry[]> {
    await this.#wire.statement('select queue');
    const tables = this.#tables(vesselId);
    if (tables === undefined) return [];
    return [...tables.queue.values()]
      .filter((entry) => entry.lane === lane && entry.number > after)
      .sort(byNumber)
      .slice(0, limit)
      .flatMap(({ number }) => tables.entry(tables.head.origin, number) ?? []);
  }

  async predecessor(vesselId: string, lane: Lane, number: number): Promise<number> {
    await this.#wire.statement('select predecessor');
    const entries = [...(this.#tables(vesselId)?.queue.values() ?? [])];
    return Math.max(
      0,
      ...entries.filter((entry) => entry.lane === lane && entry.number < number).map((entry) => entry.number),
    );
  }

  async hashAt(vesselId: string, origin: Origin, number: number): Promise<ChainHash | null> {
    await this.#wire.statement('select hash');
    return this.#tables(vesselId)?.entry(origin, number)?.hash ?? null;
  }

  async createdBy(vesselId: string, creations: readonly Creation[]): Promise<(string | null)[]> {
    await this.#wire.statement('select created');
    return creations.map(({ origin, number }) => {
      const change = this.#tables(vesselId)?.entry(origin, number)?.change;
      return change?.operation === 'create' ? change.recordId : null;
    });
  }

  async entriesOf(vesselId: string, origin: Origin, after: number, limit: number): Promise<JournalEntry[]> {
    await this.#wire.statement('select entries');
    return (this.#tables(vesselId)?.journal ?? [])
      .filter(({ change }) => change.origin === origin && change.number > after)
      .sort((a, b) => a.change.number - b.change.number)
      .slice(0, limit);
  }

  async vesselsWithQueue(): Promise<string[]> {
    await this.#wire.statement('select vessels with queue');
    return [...this.#database.vessels].flatMap(([id, { queue }]) => (queue.size > 0 ? [id] : []));
  }

  async waiting(vesselId: string, afterFeed: number, limit: number): Promise<JournalEntry[]> {
    await this.#wire.statement('select waiting');
    return (this.#tables(vesselId)?.journal ?? [])
      .filter((entry) => entry.applied === 'later' && entry.feed > afterFeed)
      .slice(0, limit);
  }

  async vesselsWithWaiting(): Promise<string[]> {
    await this.#wire.statement('select vessels with waiting');
    return [...this.#database.vessels].flatMap(([id, { journal }]) =>
      journal.some(({ applied }) => applied === 'later') ? [id] : [],
    );
  }

  async identity(vesselId: string): Promise<VesselIdentity> {
    await this.#wire.statement('select claims');
    return this.#tables(vesselId)?.identity ?? { knownAs: null, claims: [] };
  }

  async originStanding(vesselId: string, origin: Origin): Promise<OriginStanding> {
    await this.#wire.statement('select standing');
    const tables = this.#tables(vesselId);
    return standingOfOrigin({
      claim: tables?.claims.get(origin)?.state ?? null,
      written: tables?.origins.has(origin) === true || tables?.head.origin === origin,
      met: tables !== undefined && (tables.origins.size > 0 || tables.knownAs !== null),
    });
  }

  async contact(vesselId: string): Promise<VesselContact | null> {
    await this.#wire.statement('select contact');
    const contact = this.#database.contacts.get(vesselId);
    if (contact === undefined) return null;
    const { online, hello, agreement } = contact;
    return { online, hello, agreement };
  }

  async noteContact(vesselId: string, facts: ContactFacts): Promise<void> {
    await this.#wire.statement('update contact');
    const contact = this.#database.contacts.get(vesselId);
    if (contact === undefined) return;
    contact.facts = { ...contact.facts, ...facts };
    if (facts.online !== undefined) contact.online = facts.online;
    if (facts.hello !== undefined) contact.hello = facts.hello;
    if (facts.agreement !== undefined)
      contact.agreement = {
        ...facts.agreement,
        equalAt: facts.agreement.equalAt ?? contact.agreement?.equalAt ?? null,
      };
  }

  async claimSender(vesselId: string, gateway: string, forMs: number, take: boolean): Promise<number> {
    await this.#wire.statement('update sender');
    const contact = this.#database.contacts.get(vesselId);
    if (contact === undefined) return forMs;
    const now = Math.floor(this.#database.clock.monotonic());
    if (take || contact.sender === null || contact.sender === gateway || contact.senderUntil <= now) {
      contact.sender = gateway;
      contact.senderUntil = now + forMs;
      return 0;
    }
    return Math.max(1, contact.senderUntil - now);
  }

  async releaseSender(gateway: string): Promise<void> {
    await this.#wire.statement('update sender');
    for (const contact of this.#database.contacts.values()) {
      if (contact.sender !== gateway) continue;
      contact.sender = null;
      contact.senderUntil = 0;
    }
  }

  async addProblems(problems: readonly NewProblem[]): Promise<void> {
    await this.#wire.statement('insert problems');
    for (const problem of onePerKey(problems)) this.#database.addProblem(problem);
  }

  listen(onNotice: (notice: Notice) => void, onGap: () => void): () => void {
    const listener: Listener = {
      onNotice: (notice) => this.#wire.notice(() => onNotice(notice)),
      onGap: () => this.#wire.notice(onGap),
    };
    this.#database.listeners.add(listener);
    const stop = (): void => void this.#database.listeners.delete(listener);
    this.#wire.onEnd(stop);
    listener.onGap();
    return stop;
  }

  async feeds(): Promise<{ vesselId: string; feed: number }[]> {
    await this.#wire.statement('select feeds');
    return [...this.#database.vessels].map(([vesselId, { head }]) => ({ vesselId, feed: head.feed }));
  }

  #tables(vesselId: string): VesselTables | undefined {
    return this.#database.vessels.get(vesselId);
  }

  #end(transaction: MemoryTransaction): void {
    if (!this.#open.delete(transaction)) return;
    this.#database.unlockAll(transaction);
  }
}

const byNumber = (a: QueueEntry, b: QueueEntry): number => a.number - b.number;
