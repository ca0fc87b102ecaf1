import { recordsVersion } from '#shared/records/catalogue.ts';
import type { Codec } from '#shared/ports.ts';
import { encodeFrame, frameLimit } from '#shared/sync/frame.ts';
import { packRecords } from '#shared/sync/snapshot/columns.ts';
import { cursorText, firstCursor, parseCursor, type Cursor } from '#shared/sync/snapshot/cursor.ts';
import {
  positionName,
  positionOf,
  type Ask,
  type Page,
  type SnapshotPosition,
  type SnapshotStart,
} from '#shared/sync/snapshot/messages.ts';
import { isHeld, startNow } from './position.ts';
import { readPage, type PageSize, type ReadPage } from './read-page.ts';
import type { SnapshotStore, SnapshotView } from './snapshot-store.ts';

/** About 36 kB on the wire for orders as people write them; larger pages compress better, smaller ones hold up less. */
export const usualPageSize: PageSize = { records: 1_000, characters: 700_000 };

/** A run of pages, and how each goes out. */
type Run = Pick<Page, 'start' | 'at'> & { pages: { after: Cursor; read: ReadPage }[] };

/**
 * The pages that a node asked for, as frames ready to be sent, in order. Shore keeps nothing between two asks.
 * @returns no frame for a vessel that shore has never heard of
 */
export async function answerAsk(
  store: SnapshotStore,
  codec: Codec,
  ask: Ask,
  size: PageSize = usualPageSize,
): Promise<Uint8Array[]> {
  const run = await store.read((view) => readRun(view, ask, size));
  if (run === null) return [];
  const text = (cursor: Cursor): string => cursorText(cursor, ask.version);
  const end = run.pages.at(-1)?.read.next ?? null;
  const make = (page: Pick<Page, 'after' | 'next' | 'records'>): Page => ({
    kind: 'page',
    vessel: ask.vessel,
    origin: ask.origin,
    attempt: ask.attempt,
    start: page.after === ask.after ? run.start : null,
    at: run.at,
    runEnd: end === null ? null : text(end),
    version: Math.min(ask.version, recordsVersion),
    ...page,
  });
  // The first goes on from where it was asked, in the words of the ask.
  return run.pages.flatMap(({ after, read }, index) =>
    framesOf({ after: index === 0 ? ask.after : text(after), read, text }, (page) =>
      encodeFrame(make(page), codec),
    ),
  );
}

async function readRun(view: SnapshotView, ask: Ask, size: PageSize): Promise<Run | null> {
  const begin = parseCursor(ask.after);
  let start: SnapshotStart | null = null;
  let { position } = ask;
  if (position === null) {
    start = await startNow(view, ask.vessel, ask);
    if (start === null) return null;
    position = positionOf(start);
  }
  // Nor can it go on within a kind that only a newer gateway knows.
  if (begin === null || (start === null && !(await isHeld(view, ask.vessel, position))))
    return { start: null, at: null, pages: [{ after: firstCursor, read: { records: [], next: null } }] };
  return { start, at: positionName(position), pages: await readPages(view, ask, begin, position, size) };
}

async function readPages(
  view: SnapshotView,
  { vessel, pages: wanted, version }: Ask,
  begin: Cursor,
  position: SnapshotPosition,
  size: PageSize,
): Promise<Run['pages']> {
  const pages: Run['pages'] = [];
  // Nothing but what the asker wrote itself: there is nothing to be told of.
  if (Object.keys(position).length === 0) return [{ after: begin, read: { records: [], next: null } }];
  let after: Cursor | null = begin;
  while (after !== null && pages.length < wanted) {
    const read = await readPage(view, vessel, { position, after, size, version });
    pages.push({ after, read });
    after = read.next;
  }
  return pages;
}

/** One frame, or several where what was read does not fit into one. */
function framesOf(
  {
    after,
    read: { records, next },
    text,
  }: { after: string; read: ReadPage; text: (cursor: Cursor) => string },
  encode: (page: Pick<Page, 'after' | 'next' | 'records'>) => Uint8Array,
): Uint8Array[] {
  const frame = encode({
    after,
    next: next === null ? null : text(next),
    records: packRecords(records.map(({ record }) => record)),
  });
  if (frame.length <= frameLimit || records.length < 2) return [frame];
  const half = Math.ceil(records.length / 2);
  const middle = records[half - 1]?.cursor ?? firstCursor;
  return [
    ...framesOf({ after, read: { records: records.slice(0, half), next: middle }, text }, encode),
    ...framesOf({ after: text(middle), read: { records: records.slice(half), next }, text }, encode),
  ];
}
