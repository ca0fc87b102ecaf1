import { createHash } from 'node:crypto';
import { isWhole, missingWithin, withSpan } from '#shared/sync/content/byte-ranges.ts';
import type { Piece } from '#shared/sync/content/messages.ts';
import { nothingReceived } from '#shared/sync/received-ranges.ts';
import type {
  ContentStanding,
  ContentStore,
  NamedContent,
  TakenPiece,
} from '#shore/contents/content-store.ts';
import type { MemoryDatabase } from './memory-database.ts';
import { directWire, type Wire } from './wire.ts';

interface Kept extends ContentStanding {
  bytes: Uint8Array;
}

/** Contents of attachments in memory, as `SqlContentStore` keeps them in Postgres. */
export class MemoryContents implements ContentStore {
  readonly #database: MemoryDatabase;
  readonly #wire: Wire;

  constructor(database: MemoryDatabase, wire: Wire = directWire) {
    this.#database = database;
    this.#wire = wire;
  }

  async named(vesselId: string, sha256: string): Promise<NamedContent | null> {
    await this.#wire.statement('select attachments');
    const rows = [...(this.#database.vessels.get(vesselId)?.records.values() ?? [])].flatMap(
      ({ entity, id, row }) =>
        entity === 'attachment' && row !== null && !row.deleted && row.values['sha256'] === sha256
          ? [{ id, size: Number(row.values['size']), mediaType: String(row.values['mediaType']) }]
          : [],
    );
    const [first] = rows;
    return first === undefined ? null : { ...first, entity: 'attachment', ids: rows.map(({ id }) => id) };
  }

  async standing(vesselId: string, sha256: string): Promise<ContentStanding | null> {
    await this.#wire.statement('select content');
    return this.#kept.get(`${vesselId} ${sha256}`) ?? null;
  }

  async takePiece(vesselId: string, piece: Piece, { size }: NamedContent): Promise<TakenPiece> {
    await this.#wire.statement('write piece');
    const key = `${vesselId} ${piece.sha256}`;
    const known = this.#kept.get(key) ?? {
      size,
      received: nothingReceived,
      complete: false,
      bytes: new Uint8Array(size),
    };
    const missing = missingWithin(known.received, { offset: piece.offset, length: piece.bytes.length });
    const bytes = known.bytes.slice();
    bytes.set(piece.bytes, piece.offset);
    const received = missing.reduce(withSpan, known.received);
    const complete = isWhole(received, size);
    const isRight = !complete || createHash('sha256').update(bytes).digest('hex') === piece.sha256;
    await this.#wire.committed();
    if (isRight) this.#kept.set(key, { size, received, complete, bytes });
    else this.#kept.delete(key);
    const fresh = missing.reduce((sum, { length }) => sum + length, 0);
    if (!isRight) return { outcome: 'damaged', received: nothingReceived, fresh };
    return { outcome: complete ? 'complete' : 'partial', received, fresh };
  }

  async putWhole(vesselId: string, sha256: string, bytes: Uint8Array): Promise<void> {
    await this.#wire.statement('write content');
    const received = { upTo: bytes.length, beyond: [] };
    this.#kept.set(`${vesselId} ${sha256}`, { size: bytes.length, received, complete: true, bytes });
  }

  async read(
    vesselId: string,
    sha256: string,
    { offset, length }: { offset: number; length: number },
  ): Promise<Uint8Array | null> {
    await this.#wire.statement('select pieces');
    const kept = this.#kept.get(`${vesselId} ${sha256}`);
    return kept?.complete === true ? kept.bytes.slice(offset, offset + length) : null;
  }

  sweep(): Promise<number> {
    return Promise.resolve(0);
  }

  /** In the database: what a gateway stored, the next one finds. */
  get #kept(): Map<string, Kept> {
    const known = kept.get(this.#database) ?? new Map<string, Kept>();
    kept.set(this.#database, known);
    return known;
  }
}

const kept = new WeakMap<MemoryDatabase, Map<string, Kept>>();
