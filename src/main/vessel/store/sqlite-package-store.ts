import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import {
  contentsKept,
  packagesKept,
  piecesOf,
  type PackageBasis,
  type PackageStore,
  type StoredPackage,
  type StoredPart,
  type WholePackage,
} from '#shared/file-transfer/package-store.ts';
import { receivedRangesJson } from '#shared/sync/received-ranges.ts';
import type { WritableDatabase } from './database.ts';

const basis = z.object({ origin: z.string(), acknowledged: receivedRangesJson, last: z.number() });
const parcelRow = z.object({
  parcel: z.string(),
  way: z.enum(['made', 'taken']),
  made_at: z.number(),
  by: z.string(),
  of: z.number(),
  total: z.number(),
  basis: z.string().nullable(),
  answered_at: z.number().nullable(),
});
const partRow = z.object({
  part: z.number(),
  state: z.enum(['made', 'taken', 'aside', 'refused']),
  changes: z.number(),
  bytes: z.number(),
});
const piece = z.instanceof(Uint8Array);

/** The files of this node, in its database: what is listed is there. */
export class SqlitePackageStore implements PackageStore {
  readonly #connection: WritableDatabase;
  readonly #pause: () => Promise<void>;
  readonly #list: Statement;
  readonly #get: Statement;
  readonly #parts: Statement;
  readonly #add: Statement;
  readonly #putPart: Statement;
  readonly #removePieces: Statement;
  readonly #addPiece: Statement;
  readonly #pieces: Statement;
  readonly #twoPieces: Statement;
  readonly #answered: Statement;
  readonly #removeContent: Statement;

  /** @param pause resolves when what else waits has had its turn */
  constructor(connection: WritableDatabase, pause: () => Promise<void>) {
    this.#connection = connection;
    this.#pause = pause;
    this.#list = connection.prepare('SELECT * FROM by_hand_parcels ORDER BY place DESC LIMIT +?');
    this.#get = connection.prepare('SELECT * FROM by_hand_parcels WHERE parcel = ?');
    this.#parts = connection.prepare('SELECT * FROM by_hand_parts WHERE parcel = ? ORDER BY part');
    this.#add = connection.prepare(
      `INSERT INTO by_hand_parcels (parcel, place, way, made_at, by, "of", total, basis, answered_at)
       VALUES (@parcel, (SELECT coalesce(max(place), 0) + 1 FROM by_hand_parcels), @way, @madeAt, @by, @of, @total,
         @basis, @answeredAt)
       ON CONFLICT DO NOTHING`,
    );
    this.#putPart = connection.prepare(
      `INSERT INTO by_hand_parts (parcel, part, state, changes, bytes) VALUES (@parcel, @part, @state, @changes, @bytes)
       ON CONFLICT (parcel, part) DO UPDATE SET state = excluded.state`,
    );
    this.#removePieces = connection.prepare('DELETE FROM by_hand_content WHERE parcel = ? AND part = ?');
    this.#addPiece = connection.prepare(
      'INSERT INTO by_hand_content (parcel, part, piece, bytes) VALUES (?, ?, ?, ?)',
    );
    this.#pieces = connection
      .prepare('SELECT bytes FROM by_hand_content WHERE parcel = ? AND part = ? ORDER BY piece')
      .pluck();
    this.#twoPieces = connection
      .prepare(
        'SELECT bytes FROM by_hand_content WHERE parcel = ? AND part = ? AND piece >= ? ORDER BY piece LIMIT 2',
      )
      .pluck();
    this.#answered = connection.prepare(
      `UPDATE by_hand_parcels SET answered_at = @at WHERE parcel = @parcel AND way = 'made' AND answered_at IS NULL`,
    );
    this.#removeContent = connection.prepare('DELETE FROM by_hand_content WHERE parcel = ?');
  }

  list(limit: number): Promise<WholePackage[]> {
    return Promise.resolve(this.#list.all(limit).map((found) => this.#whole(found)));
  }

  get(parcel: string): Promise<WholePackage | null> {
    const found = this.#get.get(parcel);
    return Promise.resolve(found === undefined ? null : this.#whole(found));
  }

  add(parcel: StoredPackage): Promise<void> {
    this.#add.run({ ...parcel, basis: parcel.basis === null ? null : JSON.stringify(parcel.basis) });
    return Promise.resolve();
  }

  async putPart(parcel: string, part: StoredPart, content: Uint8Array | null): Promise<void> {
    this.#removePieces.run(parcel, part.part);
    for (const [number, bytes] of piecesOf(content).entries()) {
      this.#addPiece.run(parcel, part.part, number, Buffer.from(bytes));
      await this.#pause();
    }
    this.#putPart.run({ parcel, ...part });
  }

  content(parcel: string, part: number): Promise<Uint8Array | null> {
    const pieces = this.#pieces.all(parcel, part).map((found) => piece.parse(found));
    return Promise.resolve(pieces.length === 0 ? null : Buffer.concat(pieces));
  }

  /** One piece of a part's content, for saving it somewhere; null where it is not kept. */
  piece(parcel: string, part: number, number: number): { bytes: Uint8Array; last: boolean } | null {
    const [bytes, next] = this.#twoPieces.all(parcel, part, number);
    return bytes === undefined ? null : { bytes: piece.parse(bytes), last: next === undefined };
  }

  answered(parcel: string, at: number): Promise<void> {
    if (this.#answered.run({ parcel, at }).changes > 0) this.#removeContent.run(parcel);
    return Promise.resolve();
  }

  trim(): Promise<void> {
    this.#connection.exec(
      `DELETE FROM by_hand_content WHERE parcel IN
         (SELECT parcel FROM by_hand_parcels WHERE way = 'made' ORDER BY place DESC LIMIT -1 OFFSET ${contentsKept})
         OR parcel NOT IN (SELECT parcel FROM by_hand_parcels);
       DELETE FROM by_hand_parcels WHERE place <= (SELECT max(place) FROM by_hand_parcels) - ${packagesKept};
       DELETE FROM by_hand_parts WHERE parcel NOT IN (SELECT parcel FROM by_hand_parcels);`,
    );
    return Promise.resolve();
  }

  #whole(found: unknown): WholePackage {
    const { made_at: madeAt, answered_at: answeredAt, basis: text, ...row } = parcelRow.parse(found);
    const parts = this.#parts.all(row.parcel).map((each) => partRow.parse(each));
    return { ...row, madeAt, answeredAt, basis: text === null ? null : basisOf(text), parts };
  }
}

function basisOf(text: string): PackageBasis {
  return basis.parse(JSON.parse(text));
}
