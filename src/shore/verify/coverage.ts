import { columnOf } from '#shared/records/record.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import { hashedColumns, type Coverage, type TableCoverage } from '#shared/sync/verified-coverage.ts';

const every = (coverage: Coverage, names: readonly string[]): Record<string, Coverage> =>
  Object.fromEntries(names.map((name) => [name, coverage]));

const contents: Coverage = 'not covered: that all contents of attachments that came are there';
const times: Coverage = 'not covered: when shore stored a change, and when it noticed and settled a conflict';
const problems: Coverage =
  'not covered: problems other than those about changes that were not applied, and when and how often problems were told';
const contact: Coverage = 'not covered: what ships last told of themselves, and when they were last compared';
const byHand: Coverage = 'not covered: the list and the keys of files that travelled by hand';
const way: Coverage = 'not shown: bookkeeping of the way, made anew when changes come';

const record: TableCoverage = {
  row: 'recomputed',
  columns: every('recomputed', ['vessel_id', 'id', 'deleted', 'updated_at', 'updated_by']),
};

/** What `verify` says of shore's database: every column of every table. */
export const shoreCoverage: Readonly<Record<string, TableCoverage>> = {
  ...Object.fromEntries(
    recordSpecs.map(({ entity, fields }): [string, TableCoverage] => [
      entity,
      {
        ...record,
        columns: { ...record.columns, ...every('recomputed', Object.keys(fields).map(columnOf)) },
      },
    ]),
  ),
  content: {
    row: contents,
    columns: {
      ...every('recomputed', ['vessel_id', 'sha256', 'size', 'held', 'complete']),
      touched_at: 'not shown: for letting go of what nobody names',
    },
  },
  content_piece: {
    row: 'recomputed',
    columns: every('recomputed', ['vessel_id', 'sha256', 'offset', 'bytes']),
  },
  sync_versions: {
    row: 'recomputed',
    columns: every('recomputed', ['vessel_id', 'entity', 'record_id', 'state', 'digest', 'base']),
  },
  sync_base_taken: { row: way, columns: every(way, ['transfer', 'after']) },
  sync_journal: {
    row: 'hashed',
    columns: {
      vessel_id: 'recomputed',
      feed: 'recomputed',
      ...every('hashed', hashedColumns),
      before: 'recomputed',
      claimed: 'not shown: of entries beyond a gap, and checked when it closes',
      applied: 'recomputed',
      stored_at: times,
    },
  },
  vessel: {
    row: 'recomputed',
    columns: {
      ...every('recomputed', ['vessel_id', 'origin', 'last', 'hash', 'feed', 'acknowledged', 'digest']),
      time: 'not shown: the clock that numbers what shore writes next',
      created_at: contact,
    },
  },
  vessel_contact: {
    row: contact,
    columns: every(contact, [
      'vessel_id',
      'name',
      'known_as',
      'online',
      'presence_since',
      'program_version',
      'time_zone',
      'last_contact_at',
      'hello',
      'hello_at',
      'agreement',
      'telemetry',
      'telemetry_at',
      'sender',
      'sender_until',
    ]),
  },
  vessel_claim: {
    row: contact,
    columns: every(contact, [
      'vessel_id',
      'origin',
      'name',
      'state',
      'first_at',
      'last_at',
      'decided_at',
      'decided_by',
    ]),
  },
  sync_head: {
    row: 'recomputed',
    columns: {
      ...every('recomputed', [
        'vessel_id',
        'origin',
        'held',
        'hash',
        'unapplied',
        'base_number',
        'base_hash',
      ]),
      out_of_lane: way,
    },
  },
  sync_outbox: {
    row: 'recomputed',
    columns: every('recomputed', ['vessel_id', 'number', 'lane', 'entity', 'record_id', 'at']),
  },
  sync_conflicts: {
    row: 'not covered: that conflicts which were settled are all listed (open ones are)',
    columns: {
      id: 'not shown: the order in which conflicts were noticed',
      ...every('recomputed', ['vessel_id', 'entity', 'record_id', 'field', 'base', 'heads']),
      opened_at: times,
      settled_at: times,
      settlement: 'recomputed',
    },
  },
  sync_problems: {
    row: 'recomputed',
    columns: {
      id: problems,
      ...every('recomputed', ['vessel_id', 'key', 'code', 'message', 'entity', 'record_id']),
      ...every(problems, ['first_at', 'last_at', 'times']),
    },
  },
  by_hand_keys: { row: byHand, columns: every(byHand, ['id', 'keys']) },
  by_hand_peer: {
    row: byHand,
    columns: every(byHand, ['vessel_id', 'trusted', 'offered', 'hello', 'answers', 'told']),
  },
  by_hand_parcel: {
    row: byHand,
    columns: every(byHand, [
      'vessel_id',
      'parcel',
      'place',
      'way',
      'made_at',
      'by',
      'of',
      'total',
      'basis',
      'answered_at',
    ]),
  },
  by_hand_part: {
    row: byHand,
    columns: every(byHand, ['vessel_id', 'parcel', 'part', 'state', 'changes', 'bytes']),
  },
  by_hand_content: {
    row: byHand,
    columns: every('not shown: the bytes of files, which carry a signature of their own', [
      'vessel_id',
      'parcel',
      'part',
      'piece',
      'bytes',
    ]),
  },
};
