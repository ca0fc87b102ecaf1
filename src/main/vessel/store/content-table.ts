import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import { kindsWithAttachments, subjectColumns } from '#shared/records/attached.ts';
import {
  receivedFromJson,
  receivedRangesJson,
  receivedToJson,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import { attachmentSpec } from '#shared/records/attachment.ts';
import type { WritableDatabase } from './database.ts';
import type { RecordKey } from './journal/outbox.ts';

/** What this node knows of a content (`schema.ts` says what each means). */
export interface StoredContent {
  readonly sha256: string;
  readonly size: number;
  readonly received: ReceivedRanges;
  readonly complete: boolean;
  readonly ashore: ReceivedRanges;
  readonly isAshore: boolean;
  readonly refused: string | null;
  readonly wanted: boolean;
  readonly touchedAt: number;
}

/** A content that is to go ashore or to come from there. */
export interface ContentTask {
  readonly sha256: string;
  readonly size: number;
}

const received = z
  .string()
  .transform((text): ReceivedRanges => receivedFromJson(receivedRangesJson.parse(JSON.parse(text))));
const flag = z.number().transform((value) => value !== 0);
const row = z
  .object({
    sha256: z.string(),
    size: z.number(),
    held: received,
    complete: flag,
    ashore: received,
    is_ashore: flag,
    refused: z.string().nullable(),
    wanted: flag,
    touched_at: z.number(),
  })
  .transform(({ held, is_ashore: isAshore, touched_at: touchedAt, ...same }): StoredContent => ({
    ...same,
    received: held,
    isAshore,
    touchedAt,
  }));
const task = z.object({ sha256: z.string(), size: z.number() });
const ids = z.array(z.string());

/** The attachment and the record that it hangs on are there. */
const standing = `a.deleted = 0 AND (${kindsWithAttachments()
  .map((entity) => {
    const { id, kind } = subjectColumns(entity);
    const isThere = `EXISTS (SELECT 1 FROM ${entity} AS r WHERE r.id = a.${id} AND r.deleted = 0)`;
    return kind === null ? isThere : `(a.subject_kind = '${kind}' AND ${isThere})`;
  })
  .join(' OR ')})`;

/** Attachments whose bytes are on board and not all ashore. */
export interface WaitingContents {
  readonly attachments: number;
  readonly bytes: number;
  /** When the first of them was attached, ms since 1970; null when there is none. */
  readonly oldestAt: number | null;
}

const waitingRow = z
  .object({ attachments: z.number(), bytes: z.number(), oldest_at: z.number().nullable() })
  .transform(({ oldest_at: oldestAt, ...same }): WaitingContents => ({ ...same, oldestAt }));

const onBoardRow = z.object({ files: z.number(), onlyHere: z.number() });

/** Which contents there are on board and ashore, and which are to travel. */
export class ContentTable {
  readonly #get: Statement;
  readonly #put: Statement;
  readonly #remove: Statement;
  readonly #toSend: Statement;
  readonly #waiting: Statement;
  readonly #onBoard: Statement;
  readonly #toFetch: Statement;
  readonly #naming: Statement;
  readonly #unnamed: Statement;
  readonly #whole: Statement;
  readonly #forgetAshore: Statement;

  constructor(connection: WritableDatabase) {
    this.#get = connection.prepare('SELECT * FROM content WHERE sha256 = ?');
    this.#put = connection.prepare(
      `INSERT INTO content (sha256, size, held, complete, ashore, is_ashore, refused, wanted, touched_at)
       VALUES (@sha256, @size, @held, @complete, @ashore, @isAshore, @refused, @wanted, @touchedAt)
       ON CONFLICT (sha256) DO UPDATE SET size = excluded.size, held = excluded.held, complete = excluded.complete,
         ashore = excluded.ashore, is_ashore = excluded.is_ashore, refused = excluded.refused,
         wanted = excluded.wanted, touched_at = excluded.touched_at`,
    );
    this.#remove = connection.prepare('DELETE FROM content WHERE sha256 = ?');
    // Thumbnails first, then by age: ids are UUIDs of version 7.
    this.#toSend = connection.prepare(
      `WITH due AS (SELECT sha256, size FROM content WHERE complete = 1 AND is_ashore = 0 AND refused IS NULL)
       SELECT due.sha256, due.size, 0 AS rank, min(a.id) AS first FROM due
         JOIN attachment AS a ON a.thumbnail_sha256 = due.sha256 AND ${standing} GROUP BY due.sha256
       UNION ALL
       SELECT due.sha256, due.size, 1 AS rank, min(a.id) AS first FROM due
         JOIN attachment AS a ON a.sha256 = due.sha256 AND ${standing} GROUP BY due.sha256
       ORDER BY rank, first LIMIT +?`,
    );
    this.#waiting = connection.prepare(
      `WITH due AS (SELECT sha256, size FROM content WHERE complete = 1 AND is_ashore = 0 AND refused IS NULL),
         named AS (
           SELECT a.id, a.updated_at, due.sha256, due.size FROM due JOIN attachment AS a ON a.sha256 = due.sha256 AND ${standing}
           UNION SELECT a.id, a.updated_at, due.sha256, due.size FROM due
             JOIN attachment AS a ON a.thumbnail_sha256 = due.sha256 AND ${standing})
       SELECT count(DISTINCT id) AS attachments, min(updated_at) AS oldest_at,
         (SELECT coalesce(sum(size), 0) FROM (SELECT DISTINCT sha256, size FROM named)) AS bytes FROM named`,
    );
    this.#onBoard = connection.prepare(
      `SELECT count(*) AS files, coalesce(sum(is_ashore = 0), 0) AS onlyHere FROM content AS c WHERE complete = 1
         AND EXISTS (SELECT 1 FROM attachment AS a WHERE a.sha256 = c.sha256 AND a.deleted = 0)`,
    );
    this.#toFetch = connection.prepare(
      `SELECT a.thumbnail_sha256 AS sha256, a.thumbnail_size AS size, 0 AS rank, min(a.id) AS first
         FROM attachment AS a LEFT JOIN content AS c ON c.sha256 = a.thumbnail_sha256
         WHERE ${standing} AND a.thumbnail_sha256 IS NOT NULL AND coalesce(c.complete, 0) = 0 GROUP BY 1
       UNION ALL
       SELECT a.sha256, a.size, iif(coalesce(c.wanted, 0) = 1, 1, 2) AS rank, min(a.id) AS first
         FROM attachment AS a LEFT JOIN content AS c ON c.sha256 = a.sha256
         WHERE ${standing} AND coalesce(c.complete, 0) = 0 AND (a.size <= @upTo OR c.wanted = 1) GROUP BY 1
       ORDER BY rank, first`,
    );
    this.#naming = connection
      .prepare(
        `SELECT id FROM attachment WHERE sha256 = @sha256 AND deleted = 0
         UNION SELECT id FROM attachment WHERE thumbnail_sha256 = @sha256 AND deleted = 0`,
      )
      .pluck();
    this.#unnamed = connection
      .prepare(
        `SELECT sha256 FROM content AS c WHERE touched_at < ?
           AND NOT EXISTS (SELECT 1 FROM attachment AS a WHERE a.sha256 = c.sha256 AND a.deleted = 0)
           AND NOT EXISTS (SELECT 1 FROM attachment AS a WHERE a.thumbnail_sha256 = c.sha256 AND a.deleted = 0)`,
      )
      .pluck();
    this.#whole = connection.prepare('SELECT sha256 FROM content WHERE complete = 1').pluck();
    this.#forgetAshore = connection.prepare("UPDATE content SET is_ashore = 0, ashore = '0'");
  }

  get(sha256: string): StoredContent | null {
    const found = this.#get.get(sha256);
    return found === undefined ? null : row.parse(found);
  }

  put(content: StoredContent): void {
    this.#put.run({
      ...content,
      held: JSON.stringify(receivedToJson(content.received)),
      ashore: JSON.stringify(receivedToJson(content.ashore)),
      complete: Number(content.complete),
      isAshore: Number(content.isAshore),
      wanted: Number(content.wanted),
    });
  }

  remove(sha256: string): void {
    this.#remove.run(sha256);
  }

  /** Contents that shore lacks: of orders that stand, thumbnails first, then the oldest. */
  toSend(limit: number): ContentTask[] {
    return this.#toSend.all(limit).map((found) => task.parse(found));
  }

  /** How much there is of what `toSend` lists. */
  waiting(): WaitingContents {
    return waitingRow.parse(this.#waiting.get());
  }

  /** Attached files whose bytes are on board, thumbnails not among them, and how many of them shore lacks. */
  onBoard(): { files: number; onlyHere: number } {
    return onBoardRow.parse(this.#onBoard.get());
  }

  /**
   * Contents that this node lacks, in the order in which it wants them.
   * @param upTo bytes that one may have to come unasked
   */
  toFetch(upTo: number): ContentTask[] {
    return this.#toFetch.all({ upTo }).map((found) => task.parse(found));
  }

  /** The records that have this content. */
  namedBy(sha256: string): RecordKey[] {
    const { entity } = attachmentSpec;
    return ids.parse(this.#naming.all({ sha256 })).map((recordId) => ({ entity, recordId }));
  }

  /** Whether records of a kind have contents. */
  isNamedByAny(entity: string): boolean {
    return entity === attachmentSpec.entity;
  }

  /** Contents that no attachment has, and that nobody touched since. @param before ms since 1970 */
  unnamed(before: number): string[] {
    return ids.parse(this.#unnamed.all(before));
  }

  /** All that are held whole. */
  whole(): string[] {
    return ids.parse(this.#whole.all());
  }

  /** Shore lost something: whatever it said it holds is asked for again. */
  forgetAshore(): void {
    this.#forgetAshore.run();
  }
}
