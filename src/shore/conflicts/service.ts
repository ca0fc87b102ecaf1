import type { ConflictDecision } from '#shared/contract/conflicts.ts';
import { conflictVersion } from '#shared/contract/open-conflict.ts';
import { inForceNow, notSettled, otherValuesStand } from '#shared/contract/refusals.ts';
import type { RecordSpec } from '#shared/records/record.ts';
import { specOf } from '#shared/records/catalogue.ts';
import { conflictResolution } from '#shared/sync/resolve-conflict.ts';
import { conflictsIn } from '#shared/sync/conflicts.ts';
import { alternativesOf } from '#shared/sync/merge.ts';
import { ShoreFailure, refused } from '../failure.ts';
import {
  recordAndPublish,
  type RecordInUnit,
  type RecordUnit,
  type WriteDependencies,
} from '../record-and-publish.ts';
import { requireReferences } from '../records/references.ts';
import type { ConflictService, ShoreConflict, Writer } from '../service.ts';
import type { ConflictQueries } from './queries.ts';

/** Lets the office decide between values that stand against each other. */
export class Conflicts implements ConflictService {
  readonly #dependencies: WriteDependencies;
  readonly #queries: ConflictQueries;

  constructor(dependencies: WriteDependencies, queries: ConflictQueries) {
    this.#dependencies = dependencies;
    this.#queries = queries;
  }

  list: ConflictService['list'] = (query) => this.#queries.list(query);
  get: ConflictService['get'] = (id) => this.#queries.get(id);

  async settle(id: string, { take, version }: ConflictDecision, writer: Writer): Promise<ShoreConflict> {
    const { vesselId, entity, recordId, field } = await this.#queries.get(id);
    const spec = specOf(entity);
    if (spec === undefined) throw new Error(`There is no kind of record called '${entity}'`);
    await recordAndPublish(this.#dependencies, vesselId, writer, async (unit) => {
      const record = await unit.get(entity, recordId);
      await checkStillOpen(unit, { spec, record, field, version });
      if (record === null) return;
      const values = alternativesOf(spec, record.state, field);
      const resolution = conflictResolution(spec, { field, values }, take, {
        at: new Date(unit.at).toISOString(),
        by: writer.actorName,
      });
      if (!resolution.ok) throw refused(notSettled(field, resolution.reason));
      if (resolution.isTyped) await requireReferences(unit, spec, resolution.values);
      await unit.affirm(entity, recordId, resolution.values);
    });
    return this.#queries.get(id);
  }
}

/** @throws {ShoreFailure} `stale` when the conflict is settled, or other values stand there by now */
async function checkStillOpen(
  unit: RecordUnit,
  {
    spec,
    record,
    field,
    version,
  }: { spec: RecordSpec; record: RecordInUnit | null; field: string; version: string },
): Promise<void> {
  if (record === null || record.deleted)
    throw new ShoreFailure('stale', 'The record was deleted meanwhile. Nothing was changed.');
  const heads = record.state.heads[field] ?? [];
  const isOpen = conflictsIn(spec, record.state).includes(field);
  if (isOpen && conflictVersion(heads.map(({ stamp }) => stamp)) === version) return;
  const [inForce] = heads;
  const author = inForce === undefined ? null : await unit.authorOf(inForce.stamp);
  if (isOpen) throw refused(otherValuesStand(field, inForce?.value, author));
  throw new ShoreFailure(
    'stale',
    `${author?.by ?? 'Somebody'} settled this meanwhile. Nothing was changed.`,
    {
      details: [inForceNow(field, inForce?.value, author)],
    },
  );
}
