import Database from 'better-sqlite3';
import { z } from 'zod';
import {
  hasReceived,
  nothingReceived,
  receivedFromJson,
  receivedRangesJson,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import type { ReadableDatabase } from '../store/database.ts';
import { JournalReader } from '../store/journal/journal.ts';
import { readStanding } from './check-copy.ts';
import type { Comparison } from './copy-work.ts';

const entriesAtOnce = 1_000;

/**
 * What this computer wrote and a copy does not have: change by change, as a copy may stand in a journal that went another way.
 * @param copy file of a copy that is well
 * @param database the node's own, also while it runs
 */
export function compareWithHere(copy: string, database: string): Comparison {
  const there = new Database(copy, { readonly: true, fileMustExist: true });
  try {
    const here = new Database(database, { readonly: true, fileMustExist: true, timeout: 5_000 });
    try {
      here.exec('BEGIN');
      return compared(here, there);
    } finally {
      here.close();
    }
  } finally {
    there.close();
  }
}

function compared(here: ReadableDatabase, there: ReadableDatabase): Comparison {
  const { origin, last, orders, lastChange } = readStanding(here);
  const acknowledged = acknowledgedIn(here, origin);
  const journals = { here: new JournalReader(here), there: new JournalReader(there) };
  /** What the copy has under whatever name, by time and record; read where it is needed. */
  let known: Set<string> | null = null;
  let changes = 0;
  let ashore = 0;
  for (let after = lastCommon(journals, origin, last); after < last;) {
    const entries = journals.here.range(origin, after, entriesAtOnce);
    for (const { change } of entries) {
      after = change.number;
      known ??= changesIn(there);
      if (known.has(`${change.time} ${change.recordId}`)) continue;
      changes += 1;
      if (hasReceived(acknowledged, change.number)) ashore += 1;
    }
    if (entries.length === 0) break;
  }
  return { orders, lastChange, last, changes, ashore };
}

const changeRow = z.object({ time: z.number(), record_id: z.string() });

/** A change keeps its time and its record when it gets a number under another name. */
function changesIn(connection: ReadableDatabase): Set<string> {
  const rows = connection.prepare('SELECT time, record_id FROM sync_journal').all();
  return new Set(rows.map((row) => changeRow.parse(row)).map((each) => `${each.time} ${each.record_id}`));
}

/** Up to which number both hold the same of a journal: its hashes are a chain. */
function lastCommon(
  { here, there }: Record<'here' | 'there', JournalReader>,
  origin: string,
  last: number,
): number {
  const isCommon = (number: number): boolean => {
    const hash = here.get(origin, number)?.hash ?? null;
    return hash !== null && there.get(origin, number)?.hash === hash;
  };
  let [same, other] = [0, last + 1];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (isCommon(middle)) same = middle;
    else other = middle;
  }
  return same;
}

function acknowledgedIn(connection: ReadableDatabase, origin: string): ReceivedRanges {
  const text = connection.prepare('SELECT acknowledged FROM sync_heads WHERE origin = ?').pluck().get(origin);
  return typeof text === 'string'
    ? receivedFromJson(receivedRangesJson.parse(JSON.parse(text)))
    : nothingReceived;
}
