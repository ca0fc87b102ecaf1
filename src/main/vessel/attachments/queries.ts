import { and, asc, eq, sql, type SQL } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { attachment as shape, type Attachment, type ContentState } from '#shared/contract/attachments.ts';
import { subjectColumns } from '#shared/records/attached.ts';
import type { Subject } from '#shared/records/attachment.ts';
import { bytesReceived } from '#shared/sync/content/byte-ranges.ts';
import { nothingReceived } from '#shared/sync/received-ranges.ts';
import { isContested, standingOf } from '../record-standing.ts';
import type { StoredContent } from '../store/content-table.ts';
import { recordTables } from '../store/record-tables.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import type { Contents } from './contents.ts';
import { readPolicy } from './policy.ts';

const { attachment } = recordTables;

type Row = typeof attachment.$inferSelect & { contested: number };

/** What the screens read of attachments. */
export class AttachmentQueries {
  readonly #db: BetterSQLite3Database;
  readonly #store: VesselStore;
  readonly #contents: Contents;
  readonly #isLacking: (sha256: string) => boolean;

  /** @param isLacking whether shore said that it does not hold a content */
  constructor(
    db: BetterSQLite3Database,
    store: VesselStore,
    { contents, isLacking }: { contents: Contents; isLacking: (sha256: string) => boolean },
  ) {
    this.#db = db;
    this.#store = store;
    this.#contents = contents;
    this.#isLacking = isLacking;
  }

  /** Of one record, oldest first. */
  list({ entity, id }: Subject): Attachment[] {
    const columns = subjectColumns(entity);
    const isOfKind = columns.kind === null ? sql`1` : sql`${attachment.subjectKind} = ${columns.kind}`;
    return this.#rows(sql`${sql.identifier(columns.id)} = ${id} and ${isOfKind}`).map((row) =>
      this.#toAttachment(row),
    );
  }

  /** Null where it is not there, or deleted. */
  get(id: string): Attachment | null {
    const [row] = this.#rows(eq(attachment.id, id));
    return row === undefined ? null : this.#toAttachment(row);
  }

  #rows(where: SQL): Row[] {
    return this.#db
      .select({ row: attachment, contested: isContested(attachment.id) })
      .from(attachment)
      .where(and(where, sql`${attachment.deleted} = 0`))
      .orderBy(asc(attachment.id))
      .all()
      .map(({ row, contested }) => ({ ...row, contested }));
  }

  #toAttachment(row: Row): Attachment {
    const { thumbnailSha256 } = row;
    return shape.parse({
      ...row,
      addedBy: row.updatedBy,
      addedAt: new Date(row.updatedAt).toISOString(),
      content: this.#standing(row),
      hasThumbnail: thumbnailSha256 === null ? null : this.#contents.get(thumbnailSha256)?.complete === true,
      sync: standingOf(this.#store.outbox, row),
    });
  }

  #standing({ sha256, size }: Row): Attachment['content'] {
    const content = this.#contents.get(sha256);
    if (content?.complete === true) return onBoard(content);
    const arrived = bytesReceived(content?.received ?? nothingReceived);
    const comes = content?.wanted === true || size <= readPolicy(this.#store.settings).fetchUpTo;
    const state: ContentState = this.#isLacking(sha256) ? 'awaited' : comes ? 'fetching' : 'ashore';
    return { state, arrived, reason: null };
  }
}

function onBoard({ isAshore, refused, ashore, size }: StoredContent): Attachment['content'] {
  if (isAshore) return { state: 'held', arrived: size, reason: null };
  const arrived = bytesReceived(ashore);
  if (refused !== null) return { state: 'refused', arrived, reason: refused };
  return { state: arrived > 0 ? 'sending' : 'local', arrived, reason: null };
}
