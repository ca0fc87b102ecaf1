import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { KnownKeys } from '#shared/file-transfer/peer.ts';
import { newKeys, ownKeysJson, parseOwnKeys, type OwnKeys } from '#shared/file-transfer/keys.ts';
import {
  contentsKept,
  packagesKept,
  piecesOf,
  type PackageStore,
  type StoredPackage,
  type StoredPart,
  type WholePackage,
} from '#shared/file-transfer/package-store.ts';
import type { PackageCrypto } from '#shared/ports.ts';
import { ackBody, type Ack } from '#shared/sync/frame.ts';
import type { CausalContext } from '#shared/sync/causal-context.ts';
import type { Database } from '../store/database.ts';
import { byHandContent, byHandKeys, byHandParcel, byHandPart, byHandPeer } from '../store/schema.ts';

/** What a vessel's last file said that it holds. */
export interface TransferredHello {
  origin: string;
  last: number;
  at: number;
  held: CausalContext;
}

export interface Peer extends KnownKeys {
  hello: TransferredHello | null;
  /** By origin: what the next file has to say of journals that part. */
  answers: Readonly<Record<string, Ack>>;
  /** The office's key that the vessel was last told over the link. */
  told: string | null;
}

const nobody: Peer = { trusted: null, offered: null, hello: null, answers: {}, told: null };
const acks = z.record(z.string(), ackBody);

/** What shore keeps of files that travel by hand. */
export class FileTransferStore {
  readonly #database: Database;
  readonly #crypto: PackageCrypto;
  #own: Promise<OwnKeys> | null = null;

  constructor(database: Database, crypto: PackageCrypto) {
    this.#database = database;
    this.#crypto = crypto;
  }

  /** The office's keys, the same for all gateways; made when they are first asked for. */
  ownKeys(): Promise<OwnKeys> {
    this.#own ??= this.#readOwn().catch((error: unknown) => {
      this.#own = null;
      throw error;
    });
    return this.#own;
  }

  async peer(vesselId: string): Promise<Peer> {
    const [row] = await this.#database.reader
      .select()
      .from(byHandPeer)
      .where(eq(byHandPeer.vesselId, vesselId));
    if (row === undefined) return nobody;
    const { trusted, offered, hello, told } = row;
    return { trusted, offered, hello, told, answers: acks.parse(row.answers) };
  }

  /** Writes over what is named, and leaves the rest. */
  async notePeer(vesselId: string, facts: Partial<Peer>): Promise<void> {
    await this.#database.reader
      .insert(byHandPeer)
      .values({ vesselId, ...nobody, ...facts })
      .onConflictDoUpdate({ target: byHandPeer.vesselId, set: { vesselId, ...facts } });
  }

  packages(vesselId: string): SqlPackageStore {
    return new SqlPackageStore(this.#database, vesselId);
  }

  async #readOwn(): Promise<OwnKeys> {
    const { reader } = this.#database;
    await reader
      .insert(byHandKeys)
      .values({ id: 1, keys: ownKeysJson(newKeys(this.#crypto)) })
      .onConflictDoNothing();
    const [row] = await reader.select().from(byHandKeys).where(eq(byHandKeys.id, 1));
    const keys = parseOwnKeys(row?.keys);
    if (keys === null) throw new Error('What stands in by_hand_keys is no pair of keys');
    return keys;
  }
}

/** One vessel's files, in Postgres, for whichever gateway is asked. */
class SqlPackageStore implements PackageStore {
  readonly #database: Database;
  readonly #vesselId: string;

  constructor(database: Database, vesselId: string) {
    this.#database = database;
    this.#vesselId = vesselId;
  }

  async list(limit: number): Promise<WholePackage[]> {
    const rows = await this.#database.reader
      .select()
      .from(byHandParcel)
      .where(eq(byHandParcel.vesselId, this.#vesselId))
      .orderBy(desc(byHandParcel.place))
      .limit(limit);
    return this.#whole(rows);
  }

  async get(parcel: string): Promise<WholePackage | null> {
    const rows = await this.#database.reader.select().from(byHandParcel).where(this.#is(parcel));
    return (await this.#whole(rows))[0] ?? null;
  }

  async add(parcel: StoredPackage): Promise<void> {
    await this.#database.reader
      .insert(byHandParcel)
      .values({ vesselId: this.#vesselId, ...parcel })
      .onConflictDoNothing();
  }

  async putPart(parcel: string, part: StoredPart, content: Uint8Array | null): Promise<void> {
    const vesselId = this.#vesselId;
    await this.#database.transaction(async (tx) => {
      await tx
        .delete(byHandContent)
        .where(
          and(
            eq(byHandContent.vesselId, vesselId),
            eq(byHandContent.parcel, parcel),
            eq(byHandContent.part, part.part),
          ),
        );
      for (const [piece, bytes] of piecesOf(content).entries())
        await tx.insert(byHandContent).values({ vesselId, parcel, part: part.part, piece, bytes });
      await tx
        .insert(byHandPart)
        .values({ vesselId, parcel, ...part })
        .onConflictDoUpdate({
          target: [byHandPart.vesselId, byHandPart.parcel, byHandPart.part],
          set: { state: part.state },
        });
    });
  }

  async content(parcel: string, part: number): Promise<Uint8Array | null> {
    const rows = await this.#database.reader
      .select({ bytes: byHandContent.bytes })
      .from(byHandContent)
      .where(
        and(
          eq(byHandContent.vesselId, this.#vesselId),
          eq(byHandContent.parcel, parcel),
          eq(byHandContent.part, part),
        ),
      )
      .orderBy(asc(byHandContent.piece));
    return rows.length === 0 ? null : Buffer.concat(rows.map(({ bytes }) => bytes));
  }

  async answered(parcel: string, at: number): Promise<void> {
    await this.#database.reader
      .update(byHandParcel)
      .set({ answeredAt: at })
      .where(and(this.#is(parcel), eq(byHandParcel.way, 'made'), sql`${byHandParcel.answeredAt} is null`));
    await this.#database.reader
      .delete(byHandContent)
      .where(and(eq(byHandContent.vesselId, this.#vesselId), eq(byHandContent.parcel, parcel)));
  }

  async trim(): Promise<void> {
    const { reader } = this.#database;
    const mine = sql`vessel_id = ${this.#vesselId}`;
    await reader.execute(sql`
      delete from by_hand_content where ${mine} and parcel in (
        select parcel from by_hand_parcel where ${mine} and way = 'made' order by place desc offset ${contentsKept}::int)`);
    const old = sql`select parcel from by_hand_parcel where ${mine} order by place desc offset ${packagesKept}::int`;
    await reader.execute(sql`delete from by_hand_content where ${mine} and parcel in (${old})`);
    await reader.execute(sql`delete from by_hand_part where ${mine} and parcel in (${old})`);
    await reader.execute(sql`delete from by_hand_parcel where ${mine} and parcel in (${old})`);
  }

  #is(parcel: string) {
    return and(eq(byHandParcel.vesselId, this.#vesselId), eq(byHandParcel.parcel, parcel));
  }

  async #whole(rows: readonly (typeof byHandParcel.$inferSelect)[]): Promise<WholePackage[]> {
    if (rows.length === 0) return [];
    const parts = await this.#database.reader
      .select()
      .from(byHandPart)
      .where(
        and(
          eq(byHandPart.vesselId, this.#vesselId),
          inArray(
            byHandPart.parcel,
            rows.map(({ parcel }) => parcel),
          ),
        ),
      )
      .orderBy(asc(byHandPart.part));
    return rows.map(({ vesselId: _, place: __, ...row }) => ({
      ...row,
      parts: parts
        .filter(({ parcel }) => parcel === row.parcel)
        .map(({ part, state, changes, bytes }) => ({ part, state, changes, bytes })),
    }));
  }
}
