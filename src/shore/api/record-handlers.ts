import type { z } from 'zod';
import type { ExpectedVersions } from '#shared/contract/record-state.ts';
import type { Scalar } from '#shared/json.ts';
import type { RecordAction, RecordEndpoint } from '#shared/office/record-endpoints.ts';
import type { OfficeRecord, RecordQuery, ShoreService, Writer } from '../service.ts';
import { entityTag } from './entity-tag.ts';
import { keyOf, onlyVessel, seenBy, type Reply } from './handlers.ts';
import { omitUndefined } from './omit-undefined.ts';

/** What an endpoint of a kind of record is asked, parsed by its shapes. */
export interface RecordQuestion {
  params: Record<string, unknown>;
  query: Record<string, unknown>;
  body: unknown;
  writer: Writer;
  ifMatch: string | null;
}

type Answer = (question: RecordQuestion) => Promise<Reply<unknown>>;

/** Answers one endpoint of a kind of record. */
export function recordHandler(service: ShoreService, { entity, action, endpoint }: RecordEndpoint): Answer {
  const { records } = service;
  const detail = (record: OfficeRecord, headers: Readonly<Record<string, string>> = {}): Reply<unknown> => ({
    output: record,
    headers: { etag: entityTag(record.versions), ...headers },
  });
  const asked = ({ params, query }: RecordQuestion) => keyOf(text(params['id']) ?? '', text(query['vessel']));
  const answers: Record<RecordAction, Answer> = {
    list: async ({ query }) => ({ output: await records.list(entity, listed(query)) }),
    get: async (question) => detail(await records.get(entity, asked(question))),
    async create({ body, writer }) {
      const { vessel, confirmed, ...given } = fields(body);
      const vesselId = text(vessel) ?? (await onlyVessel(service));
      const record = await records.create(entity, vesselId, given, writer, confirmed === true);
      return detail(record, { location: `${endpoint.path}/${record.id}?vessel=${record.vesselId}` });
    },
    async patch(question) {
      const { basis, ...changes } = fields(question.body);
      const key = asked(question);
      const read = () => records.get(entity, key);
      const seen = await seenBy(read, question.ifMatch, basis as ExpectedVersions | undefined);
      return detail(await records.patch(entity, key, changes, question.writer, seen));
    },
    async delete(question) {
      const key = asked(question);
      await seenBy(() => records.get(entity, key), question.ifMatch, undefined);
      return { output: await records.delete(entity, key, question.writer) };
    },
    async history(question) {
      const { limit, cursor } = question.query as { limit?: number; cursor?: string };
      return { output: await records.history(entity, asked(question), omitUndefined({ limit, cursor })) };
    },
  };
  return answers[action];
}

/** A list's question: what is not about the page or the order is a filter. */
function listed({ vessel, limit, cursor, search, sort, direction, ...filters }: Query): RecordQuery {
  const filter = Object.entries(filters).flatMap(([name, value]): [string, readonly Scalar[]][] => {
    if (value === undefined) return [];
    const values = Array.isArray(value) ? (value as Scalar[]) : [value as Scalar];
    return [[name, values.map((each) => (each === 'true' ? true : each === 'false' ? false : each))]];
  });
  return omitUndefined({
    vesselId: vessel,
    limit,
    cursor,
    search,
    sort,
    direction,
    filter: Object.fromEntries(filter),
  });
}

interface Query {
  vessel?: string;
  limit?: number;
  cursor?: string;
  search?: string;
  sort?: string;
  direction?: 'asc' | 'desc';
  [field: string]: unknown;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const fields = (body: unknown): Record<string, unknown> => ({ ...(body as z.output<z.ZodObject>) });
