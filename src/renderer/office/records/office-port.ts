import { z } from 'zod';
import { historyPage } from '#shared/contract/history.ts';
import { fieldVersion, openConflict } from '#shared/contract/record-state.ts';
import type { Scalar } from '#shared/json.ts';
import { pageOf } from '#shared/office/page.ts';
import { recordState } from '#shared/office/records.ts';
import { specOf } from '#shared/records/catalogue.ts';
import { titleOf } from '#shared/records/record.ts';
import type { Clock } from '../../lib/clock.ts';
import { createCursorWindow } from '../../lib/cursor-window.ts';
import type {
  RecordName,
  RecordPort,
  RecordQuery,
  SeenDetail,
  SeenLines,
  SeenRecord,
} from '../../records/port.ts';
import type { OfficeClient } from '../server/office-client.ts';
import type { OfficeLive } from '../server/office-live.ts';
import { endpointOf } from './endpoint-of.ts';

const pageSize = 100;
const mostFound = 50;

/** What every record has ashore besides its fields, which lie beside these. */
const answeredAlone = z.looseObject({
  ...recordState,
  referenced: z.record(z.string(), z.string().nullable()).default({}),
  versions: z.record(z.string(), fieldVersion).default({}),
  conflicts: z.array(openConflict).readonly().default([]),
});
const answered = z.looseObject({
  ...answeredAlone.shape,
  lines: z
    .record(z.string(), z.object({ items: z.array(answeredAlone), total: z.number().int() }))
    .default({}),
});
const answeredPage = pageOf(answeredAlone);

/** The records of one ship as the office has them, over REST. */
export function createOfficePort(parts: {
  client: OfficeClient;
  live: Pick<OfficeLive, 'onChanged'>;
  /** Runs the listener when anything may have changed without our being told. Returns what ends that. */
  onReturn: (listener: () => void) => () => void;
  clock: Clock;
  vesselId: string;
}): RecordPort {
  const { client, live, onReturn, clock, vesselId } = parts;
  const vessel = { vessel: vesselId };

  const ofOne = ({ id }: RecordName) => ({ params: { id }, query: vessel });
  const page = async (entity: string, query: object) =>
    answeredPage.parse(
      await client.askEndpoint(endpointOf(entity, 'list'), { query: { ...vessel, ...query } }),
    );
  const detail = async (entity: string, answer: Promise<unknown>): Promise<SeenDetail> =>
    withLines(entity, answered.parse(await answer));

  return {
    openWindow: (entity, first) =>
      createCursorWindow<SeenRecord, RecordQuery>({
        query: first,
        pageSize,
        async read({ search, filter, sort, direction }, cursor, limit) {
          const { items, nextCursor } = await page(entity, {
            ...filterOf(filter),
            ...(search === '' ? {} : { search }),
            ...(cursor === null ? {} : { cursor }),
            sort,
            direction,
            limit,
          });
          return { items: items.map((item) => seen(entity, item)), nextCursor };
        },
        idOf: ({ id }) => id,
        differs: (before, now) => JSON.stringify(before.values) !== JSON.stringify(now.values),
        clock,
      }),
    async find(entity, words) {
      const search = words.trim().slice(0, 200);
      const { items } = await page(entity, { limit: mostFound, ...(search === '' ? {} : { search }) });
      return items.map((item) => seen(entity, item)).map(({ id, title }) => ({ id, label: title }));
    },
    get: (record) =>
      detail(record.entity, client.askEndpoint(endpointOf(record.entity, 'get'), ofOne(record))),
    async first(entity, { filter, sort, direction }, most) {
      const query = { ...filterOf(filter), sort, direction, limit: most };
      const { items, nextCursor } = await page(entity, query);
      return { items: items.map((item) => seen(entity, item)), hasMore: nextCursor !== null };
    },
    create(entity, values, confirmed) {
      // Only kinds that ask take a word about it.
      const body = { ...values, ...vessel, ...(confirmed ? { confirmed } : {}) };
      return detail(entity, client.askEndpoint(endpointOf(entity, 'create'), { body }));
    },
    update: (record, changes, basis) =>
      detail(
        record.entity,
        client.askEndpoint(endpointOf(record.entity, 'patch'), {
          ...ofOne(record),
          body: { ...changes, basis },
        }),
      ),
    async remove(record) {
      await client.askEndpoint(endpointOf(record.entity, 'delete'), ofOne(record));
    },
    async history(record, cursor) {
      const query = { ...vessel, ...(cursor === null ? {} : { cursor }) };
      const asked = { ...ofOne(record), query };
      return historyPage.parse(await client.askEndpoint(endpointOf(record.entity, 'history'), asked));
    },
    onChanged(listener) {
      const stops = [
        live.onChanged((change) => {
          if (change.vesselId === vesselId) listener(change);
        }),
        onReturn(() => listener({ entity: null, ids: [] })),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

function withLines(entity: string, answer: z.output<typeof answered>): SeenDetail {
  const lines = Object.entries(answer.lines).map(([line, { items, total }]): [string, SeenLines] => [
    line,
    { items: items.map((item) => seen(line, item)), total },
  ]);
  return { ...seen(entity, answer), lines: Object.fromEntries(lines) };
}

function seen(entity: string, answer: z.output<typeof answeredAlone>): SeenDetail {
  const { id, updatedAt, updatedBy, sync, referenced, versions, conflicts } = answer;
  const spec = specOf(entity);
  const values = Object.fromEntries(
    Object.keys(spec?.fields ?? {}).map((field) => [field, (answer[field] ?? null) as Scalar]),
  );
  const title = spec === undefined ? id : titleOf(spec, values);
  return { entity, id, title, values, referenced, updatedAt, updatedBy, sync, versions, conflicts };
}

/** As a query string has it. */
function filterOf(filter: RecordQuery['filter']): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(filter).map(([field, values]) => [field, values.map((value) => String(value))]),
  );
}
