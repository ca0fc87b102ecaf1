import { columnOf } from '#shared/records/record.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import { hashedColumns, type Coverage, type TableCoverage } from '#shared/sync/verified-coverage.ts';

const every = (coverage: Coverage, names: readonly string[]): Record<string, Coverage> =>
  Object.fromEntries(names.map((name) => [name, coverage]));

const lanes: Coverage =
  'not covered: in which lane a change waits, and whether it has left the ship (how many wait is)';
const contents: Coverage =
  'not covered: that all contents of attachments which came are listed, and what of them is ashore';
const times: Coverage = 'not covered: when a conflict was noticed and settled here';
const problems: Coverage =
  'not covered: problems other than those about changes that were not applied, and when problems were told';
const traffic: Coverage = "not covered: this computer's own counts of its link, and who let a budget go on";
const byHand: Coverage = 'not covered: the list of files that travelled by hand';
const settings: Coverage =
  "not covered: this computer's own settings, and when ship and shore last compared (compare with --shore)";
const typed: Coverage = 'not covered: what people typed at this computer and did not save yet';
const way: Coverage = 'not shown: bookkeeping of the way, made anew when changes come';

const record: TableCoverage = {
  row: 'recomputed',
  columns: {
    ...every('recomputed', ['id', 'deleted', 'updated_at', 'updated_by', 'versions']),
    entry: 'not shown: for finding the create while a row is written; it may be numbered otherwise since',
  },
};

/** What `verify` says of a vessel's database: every column of every table. */
export const vesselCoverage: Readonly<Record<string, TableCoverage>> = {
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
      ...every('recomputed', ['sha256', 'size', 'held', 'complete']),
      ...every(contents, ['ashore', 'is_ashore', 'refused']),
      wanted: 'not shown: what a person asked to have on board',
      touched_at: 'not shown: for letting go of what nobody names',
    },
  },
  sync_awaited: { row: 'recomputed', columns: every('recomputed', ['entity', 'record_id', 'state']) },
  sync_origins: { row: 'recomputed', columns: every('recomputed', ['slot', 'origin']) },
  sync_journal: {
    row: 'hashed',
    columns: {
      entry: 'recomputed',
      ...every('hashed', hashedColumns),
      before:
        'not shown: the history on board tells from the changes themselves what their writers had before them',
      claimed: 'not shown: of entries beyond a gap, and checked when it closes',
      applied: 'recomputed',
    },
  },
  sync_journal_record: {
    row: 'recomputed',
    columns: every('recomputed', ['entry', 'record_id']),
  },
  sync_promoted: {
    row: lanes,
    columns: every(lanes, ['number', 'lane', 'sent_at']),
  },
  sync_sent: { row: lanes, columns: every(lanes, ['lane', 'number', 'at']) },
  sync_conflicts: {
    row: 'not covered: that conflicts which were settled are all listed (open ones are)',
    columns: {
      id: 'not shown: the order in which conflicts were noticed here',
      ...every('recomputed', ['entity', 'record_id', 'field', 'base', 'heads']),
      opened_at: times,
      settled_at: times,
      settlement: 'recomputed',
    },
  },
  sync_base: { row: 'recomputed', columns: every('recomputed', ['record_id', 'entity', 'base']) },
  sync_base_heads: { row: 'recomputed', columns: every('recomputed', ['origin', 'number', 'hash']) },
  sync_digests: {
    row: 'recomputed',
    columns: {
      ...every('recomputed', ['record_id', 'entity', 'digest']),
      stale: 'not shown: a digest so marked is made anew',
    },
  },
  sync_problems: {
    row: 'recomputed',
    columns: {
      id: problems,
      at: problems,
      ...every('recomputed', ['code', 'message', 'entity', 'record_id']),
      number: problems,
    },
  },
  sync_heads: {
    row: 'recomputed',
    columns: {
      ...every('recomputed', ['origin', 'held', 'hash', 'acknowledged', 'acknowledged_hash']),
      out_of_lane: way,
    },
  },
  link_usage: {
    row: traffic,
    columns: every(traffic, ['day', 'profile', 'counted', 'sent', 'received']),
  },
  link_time: { row: traffic, columns: every(traffic, ['day', 'profile', 'connected_ms', 'connections']) },
  link_lifts: {
    row: traffic,
    columns: every(traffic, ['month', 'profile', 'budget', 'at', 'by', 'reason']),
  },
  by_hand_parcels: {
    row: byHand,
    columns: every(byHand, [
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
  by_hand_parts: { row: byHand, columns: every(byHand, ['parcel', 'part', 'state', 'changes', 'bytes']) },
  by_hand_content: {
    row: byHand,
    columns: every('not shown: the bytes of files, which carry a signature of their own', [
      'parcel',
      'part',
      'piece',
      'bytes',
    ]),
  },
  draft: { row: typed, columns: every(typed, ['screen', 'key', 'text', 'at']) },
  node_settings: { row: settings, columns: every(settings, ['name', 'value']) },
};
