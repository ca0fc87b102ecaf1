import { createHash } from 'node:crypto';
import { and, asc, eq, gt, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { attachmentSpec } from '#shared/records/attachment.ts';
import { recognise } from '#shared/records/content-type.ts';
import { isWhole, missingWithin, withSpan } from '#shared/sync/content/byte-ranges.ts';
import type { Piece } from '#shared/sync/content/messages.ts';
import { receivedFromJson, receivedToJson, nothingReceived } from '#shared/sync/received-ranges.ts';
import { rowsOf, wholeNumber, type Database, type Executor } from '../store/database.ts';
import { content, contentPiece } from '../store/schema.ts';
import type { ContentStanding, ContentStore, NamedContent, TakenPiece } from './content-store.ts';

/** Bytes of a row once a content is whole. */
const rowBytes = 256 * 1024;

const namedRow = z.object({ id: z.string(), size: wholeNumber, media_type: z.string() });

/** Contents in Postgres, on a server or embedded. */
export class SqlContentStore implements ContentStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async named(vesselId: string, sha256: string): Promise<NamedContent | null> {
    const rows = await rowsOf(
      this.#database.reader,
      sql`select id, size, media_type from attachment
            where vessel_id = ${vesselId} and sha256 = ${sha256} and not deleted
          union all
          select id, thumbnail_size as size, 'image/jpeg' as media_type from attachment
            where vessel_id = ${vesselId} and thumbnail_sha256 = ${sha256} and not deleted
              and thumbnail_size is not null
          order by id`,
      namedRow,
    );
    const [first] = rows;
    if (first === undefined) return null;
    const { entity } = attachmentSpec;
    return { size: first.size, mediaType: first.media_type, entity, ids: rows.map(({ id }) => id) };
  }

  async standing(vesselId: string, sha256: string): Promise<ContentStanding | null> {
    const [row] = await this.#database.reader.select().from(content).where(isContent(vesselId, sha256));
    return row === undefined ? null : standingOf(row);
  }

  takePiece(vesselId: string, piece: Piece, named: NamedContent, now: number): Promise<TakenPiece> {
    const { sha256 } = piece;
    return this.#database.transaction(async (tx) => {
      await tx
        .insert(content)
        .values({ vesselId, sha256, size: named.size, held: 0, touchedAt: now })
        .onConflictDoNothing();
      const [row] = await tx.select().from(content).where(isContent(vesselId, sha256)).for('update');
      if (row === undefined) throw new Error('A content is gone that was just written');
      const { size, received: before, complete } = standingOf(row);
      if (complete) return { outcome: 'complete', received: before, fresh: 0 };
      let received = before;
      const missing = missingWithin(received, { offset: piece.offset, length: piece.bytes.length });
      for (const part of missing) {
        const start = part.offset - piece.offset;
        const bytes = piece.bytes.slice(start, start + part.length);
        await tx.insert(contentPiece).values({ vesselId, sha256, offset: part.offset, bytes });
        received = withSpan(received, part);
      }
      const fresh = missing.reduce((sum, { length }) => sum + length, 0);
      if (!isWhole(received, size)) {
        await tx
          .update(content)
          .set({ held: receivedToJson(received), touchedAt: now })
          .where(isContent(vesselId, sha256));
        return { outcome: 'partial', received, fresh };
      }
      const bytes = await joined(tx, vesselId, sha256);
      const fault = faultOf(bytes, sha256, named.mediaType);
      await tx.delete(content).where(isContent(vesselId, sha256));
      if (fault !== null) return { outcome: fault, received: nothingReceived, fresh };
      await writeWhole(tx, vesselId, sha256, bytes, now);
      return { outcome: 'complete', received, fresh };
    });
  }

  putWhole(vesselId: string, sha256: string, bytes: Uint8Array, now: number): Promise<void> {
    return this.#database.transaction(async (tx) => {
      const [known] = await tx.select().from(content).where(isContent(vesselId, sha256)).for('update');
      if (known?.complete === true) {
        await tx.update(content).set({ touchedAt: now }).where(isContent(vesselId, sha256));
        return;
      }
      await tx.delete(content).where(isContent(vesselId, sha256));
      await writeWhole(tx, vesselId, sha256, bytes, now);
    });
  }

  async read(
    vesselId: string,
    sha256: string,
    { offset, length }: { offset: number; length: number },
  ): Promise<Uint8Array | null> {
    const end = offset + length;
    const rows = await this.#database.reader
      .select({ offset: contentPiece.offset, bytes: contentPiece.bytes })
      .from(contentPiece)
      .innerJoin(
        content,
        and(eq(content.vesselId, contentPiece.vesselId), eq(content.sha256, contentPiece.sha256)),
      )
      .where(
        and(
          eq(contentPiece.vesselId, vesselId),
          eq(contentPiece.sha256, sha256),
          eq(content.complete, true),
          gt(contentPiece.offset, offset - rowBytes),
          lt(contentPiece.offset, end),
        ),
      )
      .orderBy(asc(contentPiece.offset));
    if (rows.length === 0) return null;
    return Buffer.concat(
      rows.map((row) => row.bytes.subarray(Math.max(0, offset - row.offset), Math.max(0, end - row.offset))),
    );
  }

  async sweep(before: number): Promise<number> {
    const gone = await rowsOf(
      this.#database.reader,
      sql`delete from content as c where touched_at < ${before}::bigint
            and not exists (select 1 from attachment as a where a.vessel_id = c.vessel_id and not a.deleted
                              and (a.sha256 = c.sha256 or a.thumbnail_sha256 = c.sha256))
          returning 1`,
      z.unknown(),
    );
    return gone.length;
  }
}

const isContent = (vesselId: string, sha256: string) =>
  and(eq(content.vesselId, vesselId), eq(content.sha256, sha256));

function standingOf({ size, held, complete }: typeof content.$inferSelect): ContentStanding {
  return { size, received: receivedFromJson(held), complete };
}

async function joined(tx: Executor, vesselId: string, sha256: string): Promise<Uint8Array> {
  const rows = await tx
    .select({ bytes: contentPiece.bytes })
    .from(contentPiece)
    .where(and(eq(contentPiece.vesselId, vesselId), eq(contentPiece.sha256, sha256)))
    .orderBy(asc(contentPiece.offset));
  return Buffer.concat(rows.map(({ bytes }) => bytes));
}

/** Why a content is not what it should be; null where it is. */
function faultOf(bytes: Uint8Array, sha256: string, mediaType: string): 'damaged' | 'wrong_type' | null {
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) return 'damaged';
  const recognised = recognise(bytes);
  return 'type' in recognised && recognised.type === mediaType ? null : 'wrong_type';
}

async function writeWhole(
  tx: Executor,
  vesselId: string,
  sha256: string,
  bytes: Uint8Array,
  now: number,
): Promise<void> {
  const size = bytes.length;
  await tx.insert(content).values({ vesselId, sha256, size, held: size, complete: true, touchedAt: now });
  for (let offset = 0; offset < size; offset += rowBytes)
    await tx
      .insert(contentPiece)
      .values({ vesselId, sha256, offset, bytes: bytes.slice(offset, offset + rowBytes) });
}
