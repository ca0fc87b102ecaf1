import { recordSpecs } from '#shared/records/catalogue.ts';
import { equipmentSpec } from '#shared/records/equipment.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { may, mayNotText, type Act } from '#shared/records/may.ts';
import { changesShape, newRecordShape } from '#shared/records/new-record.ts';
import { ShoreFailure } from './failure.ts';
import { HistoryQueries } from './history/queries.ts';
import { shownHours } from './meters/shown-hours.ts';
import type { WriteDependencies } from './record-and-publish.ts';
import type { RecordsService } from './service.ts';
import type { Executor } from './store/database.ts';
import { parsed } from './records/parsed.ts';
import { RecordQueries, type ShownInstead } from './records/record-queries.ts';
import { RecordWrites } from './records/record-writes.ts';

/** By entity, for kinds of which other values are shown than are stored. */
const shownInstead: ReadonlyMap<string, ShownInstead> = new Map([[equipmentSpec.entity, shownHours]]);

/** What the office may do with the records of every kind in the catalogue. */
export function recordsService(dependencies: WriteDependencies, executor: Executor): RecordsService {
  const declared: readonly RecordDeclaration[] = recordSpecs;
  const kinds = new Map(
    declared.map((spec) => [
      spec.entity,
      {
        spec,
        queries: new RecordQueries(executor, spec, shownInstead.get(spec.entity) ?? null),
        writes: new RecordWrites(dependencies, executor, spec),
        history: new HistoryQueries(executor, spec),
        shapes: { create: newRecordShape(spec), patch: changesShape(spec) },
      },
    ]),
  );
  const kindOf = (entity: string) => {
    const kind = kinds.get(entity);
    if (kind === undefined) throw new ShoreFailure('invalid_input', 'There is no such kind of record.');
    return kind;
  };
  const writable = (entity: string, act: Act) => {
    const kind = kindOf(entity);
    if (kind.spec.isSpecial === true)
      throw new ShoreFailure(
        'not_allowed',
        `${kind.spec.names.many} have ways of their own to be written. Nothing was changed.`,
      );
    if (!may(kind.spec, act, 'shore')) throw new ShoreFailure('not_allowed', mayNotText(kind.spec, act));
    return kind;
  };
  return {
    list: async (entity, query) => kindOf(entity).queries.list(query),
    get: async (entity, key) => kindOf(entity).queries.withLines(key),
    async create(entity, vesselId, input, writer, isConfirmed) {
      const { shapes, writes, queries } = writable(entity, 'create');
      const made = await writes.create(vesselId, parsed(shapes.create, input), writer, isConfirmed);
      return queries.withLines(made);
    },
    async patch(entity, key, input, writer, basis) {
      const { shapes, writes, queries } = writable(entity, 'change');
      return queries.withLines(await writes.patch(key, parsed(shapes.patch, input), writer, basis));
    },
    delete: async (entity, key, writer) => writable(entity, 'delete').writes.delete(key, writer),
    history: async (entity, key, query) => kindOf(entity).history.of(key, query),
  };
}
