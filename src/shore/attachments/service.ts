import { createHash } from 'node:crypto';
import { and, asc, eq, sql, type SQL } from 'drizzle-orm';
import {
  attachmentFields,
  attachmentSpec,
  isImage,
  subjectFields,
  subjectOf,
  thumbnailLimit,
  type AttachmentFields,
} from '#shared/records/attachment.ts';
import { byteText } from '#shared/domain/byte-text.ts';
import { recognise } from '#shared/records/content-type.ts';
import { subjectColumns } from '#shared/records/attached.ts';
import { specOf } from '#shared/records/catalogue.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import {
  officeAttachment,
  officeNewAttachment,
  type OfficeAttachment,
  type OfficeNewAttachment,
} from '#shared/office/attachments.ts';
import { RecordIds } from '#shared/record-ids.ts';
import { bytesReceived } from '#shared/sync/content/byte-ranges.ts';
import { receivedFromJson } from '#shared/sync/received-ranges.ts';
import type { ContentStanding, ContentStore } from '../contents/content-store.ts';
import { ShoreFailure } from '../failure.ts';
import { recordAndPublish, type RecordUnit, type WriteDependencies } from '../record-and-publish.ts';
import { parsed } from '../records/parsed.ts';
import { notThere } from '../records/record-queries.ts';
import { standingOf } from '../records/record-standing.ts';
import { findRecordVessel } from '../records/find-record-vessel.ts';
import type { AttachedBytes, AttachmentService, RecordKey, Writer } from '../service.ts';
import type { Executor } from '../store/database.ts';
import { recordTables } from '../store/record-tables.ts';
import { content } from '../store/schema.ts';

const { entity } = attachmentSpec;
const attachment = recordTables[entity];

export interface AttachmentDependencies extends WriteDependencies {
  contents: ContentStore;
  /** Bytes. */
  attachmentLimit: number;
}

/** The office's photos and documents on records: the same rules as on board. */
export class Attachments implements AttachmentService {
  readonly #dependencies: AttachmentDependencies;
  readonly #executor: Executor;
  readonly #recordIds: RecordIds;

  constructor(dependencies: AttachmentDependencies, executor: Executor) {
    this.#dependencies = dependencies;
    this.#executor = executor;
    this.#recordIds = new RecordIds(dependencies.environment);
  }

  async list(kind: string, key: RecordKey): Promise<OfficeAttachment[]> {
    const { vesselId, id } = await findRecordVessel(this.#executor, subjectKind(kind), key);
    const columns = subjectColumns(kind);
    return this.#select(
      and(
        eq(attachment.vesselId, vesselId),
        sql`${sql.identifier(columns.id)} = ${id}`,
        columns.kind === null ? undefined : eq(attachment.subjectKind, columns.kind),
      ),
    );
  }

  async put(vesselId: string, sha256: string, bytes: Uint8Array): Promise<void> {
    const { store, contents, attachmentLimit, environment } = this.#dependencies;
    if (bytes.length > attachmentLimit)
      throw new ShoreFailure(
        'too_large',
        `The file has ${byteText(bytes.length)}; a file may have ${byteText(attachmentLimit)}. Nothing was stored. Attach a smaller one.`,
      );
    if ((await store.vessel(vesselId)) === null)
      throw new ShoreFailure('not_found', `There is no vessel called '${vesselId}'.`);
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new ShoreFailure(
        'invalid_input',
        'The bytes are not those that the SHA-256 in the address says. Nothing was stored.',
      );
    const recognised = recognise(bytes);
    if ('refused' in recognised) throw new ShoreFailure('invalid_input', recognised.refused);
    await contents.putWhole(vesselId, sha256, bytes, environment.now());
  }

  async add(
    kind: string,
    key: RecordKey,
    input: OfficeNewAttachment,
    writer: Writer,
  ): Promise<OfficeAttachment> {
    const subject = subjectKind(kind);
    const { fileName, sha256, width, height, thumbnailSha256 } = input;
    const given = parsed(officeNewAttachment, { fileName, sha256, width, height, thumbnailSha256 });
    const found = await findRecordVessel(this.#executor, subject, key);
    const { vesselId } = found;
    const id = this.#recordIds.next();
    const values = await this.#valuesOf(vesselId, {
      ...given,
      ...subjectFields({ entity: kind, id: found.id }),
    });
    const work = async (unit: RecordUnit): Promise<void> => {
      const record = await unit.get(kind, found.id);
      if (record === null || record.deleted) throw notThere(subject);
      await unit.create(entity, id, values);
    };
    await recordAndPublish(this.#dependencies, vesselId, writer, work, {
      records: [
        { entity, recordId: id },
        { entity: kind, recordId: found.id },
      ],
    });
    const [added] = await this.#select(and(eq(attachment.vesselId, vesselId), eq(attachment.id, id)));
    if (added === undefined) throw new ShoreFailure('not_found', 'The attachment was deleted meanwhile.');
    return added;
  }

  async delete(key: RecordKey, writer: Writer): Promise<{ vesselId: string; id: string }> {
    const found = await findRecordVessel(this.#executor, attachmentSpec, key);
    await recordAndPublish(this.#dependencies, found.vesselId, writer, (unit) =>
      unit.delete(entity, found.id),
    );
    return found;
  }

  async restore(key: RecordKey, writer: Writer): Promise<OfficeAttachment> {
    const [row, ...others] = await this.#executor
      .select()
      .from(attachment)
      .where(
        and(
          eq(attachment.id, key.id),
          ...(key.vesselId === undefined ? [] : [eq(attachment.vesselId, key.vesselId)]),
        ),
      );
    if (row === undefined || others.length > 0)
      throw new ShoreFailure(
        'not_found',
        'This attachment is not there. Name the vessel if there are several.',
      );
    const subject = subjectOf(row);
    if (subject === null) throw new ShoreFailure('not_found', 'What it was attached to is not known here.');
    return this.add(subject.entity, { id: subject.id, vesselId: row.vesselId }, row, writer);
  }

  async read(key: RecordKey, part: 'content' | 'thumbnail'): Promise<AttachedBytes> {
    const { vesselId, id } = await findRecordVessel(this.#executor, attachmentSpec, key);
    const [row] = await this.#executor
      .select()
      .from(attachment)
      .where(and(eq(attachment.vesselId, vesselId), eq(attachment.id, id)));
    const isThumbnail = part === 'thumbnail';
    const sha256 = (isThumbnail ? row?.thumbnailSha256 : row?.sha256) ?? null;
    const size = (isThumbnail ? row?.thumbnailSize : row?.size) ?? 0;
    const bytes =
      sha256 === null
        ? null
        : await this.#dependencies.contents.read(vesselId, sha256, { offset: 0, length: size });
    if (row === undefined || bytes === null)
      throw new ShoreFailure('not_found', 'The file itself has not come from the ship yet.');
    return { bytes, fileName: row.fileName, mediaType: isThumbnail ? 'image/jpeg' : row.mediaType };
  }

  /** The record's fields, as far as what was put says them. */
  async #valuesOf(
    vesselId: string,
    given: Omit<AttachmentFields, 'mediaType' | 'size' | 'thumbnailSize'>,
  ): Promise<AttachmentFields> {
    const whole = await this.#typed(vesselId, given.sha256);
    const thumbnail =
      given.thumbnailSha256 === null ? null : await this.#typed(vesselId, given.thumbnailSha256);
    const isRight =
      thumbnail === null ||
      (isImage(whole.mediaType) && thumbnail.mediaType === 'image/jpeg' && thumbnail.size <= thumbnailLimit);
    if (!isRight)
      throw new ShoreFailure(
        'invalid_input',
        `A thumbnail is a JPEG of at most ${byteText(thumbnailLimit)}, of a picture. Nothing was attached.`,
      );
    return attachmentFields.parse({ ...given, ...whole, thumbnailSize: thumbnail?.size ?? null });
  }

  async #typed(vesselId: string, sha256: string): Promise<Pick<AttachmentFields, 'mediaType' | 'size'>> {
    const { contents } = this.#dependencies;
    const standing = await contents.standing(vesselId, sha256);
    const bytes = isHeld(standing)
      ? await contents.read(vesselId, sha256, { offset: 0, length: standing.size })
      : null;
    if (standing === null || bytes === null)
      throw new ShoreFailure('invalid_input', 'The file was not put before it is attached.', {
        details: [{ path: 'sha256', message: 'PUT /api/vessels/{vessel}/contents/{sha256} first' }],
      });
    const recognised = recognise(bytes);
    if ('refused' in recognised) throw new ShoreFailure('invalid_input', recognised.refused);
    return { mediaType: recognised.type, size: standing.size };
  }

  async #select(where: SQL | undefined): Promise<OfficeAttachment[]> {
    const rows = await this.#executor
      .select({
        row: attachment,
        sync: standingOf(attachment.vesselId, attachment.id),
        held: content.held,
        complete: content.complete,
        hasThumbnail: sql<boolean>`exists (select 1 from content as t where t.vessel_id = ${attachment.vesselId}
          and t.sha256 = ${attachment.thumbnailSha256} and t.complete)`,
      })
      .from(attachment)
      .leftJoin(
        content,
        and(eq(content.vesselId, attachment.vesselId), eq(content.sha256, attachment.sha256)),
      )
      .where(and(where, eq(attachment.deleted, false)))
      .orderBy(asc(attachment.id));
    return rows.map(({ row, sync, held, complete, hasThumbnail }) => {
      const arrived = held === null ? 0 : bytesReceived(receivedFromJson(held));
      return officeAttachment.parse({
        ...row,
        sync,
        addedBy: row.updatedBy,
        addedAt: new Date(row.updatedAt).toISOString(),
        content: { state: complete === true ? 'held' : arrived > 0 ? 'arriving' : 'awaited', arrived },
        hasThumbnail: row.thumbnailSha256 === null ? null : hasThumbnail,
      });
    });
  }
}

function isHeld(standing: ContentStanding | null): standing is ContentStanding {
  return standing?.complete === true;
}

/** @throws {ShoreFailure} `not_allowed` for a kind to which nothing is attached */
function subjectKind(entity: string): RecordDeclaration {
  const spec = specOf(entity);
  if (spec?.attachments !== true)
    throw new ShoreFailure('not_allowed', 'Nothing can be attached to a record of this kind.');
  return spec;
}
