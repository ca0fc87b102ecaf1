import { z } from 'zod';
import { cursorText, firstCursor } from '#shared/sync/snapshot/cursor.ts';
import type { SnapshotPosition } from '#shared/sync/snapshot/messages.ts';
import type { Settings } from '../settings.ts';

const underWay = z.object({
  kind: z.literal('under way'),
  position: z.record(z.string(), z.number()),
  /** After where to go on. */
  after: z.string(),
  taken: z.number(),
  total: z.number(),
  /** Begun anew after shore was set back: what had come already is kept. */
  again: z.boolean(),
});

/** How far this node has come with taking the ship's records from shore. */
export type Taking =
  /** It holds nothing of shore's and has not been told a position. */
  | { kind: 'wanted'; position: null; after: string; again: boolean }
  | (z.infer<typeof underWay> & { position: SnapshotPosition })
  /** Everything has come, or it came otherwise. */
  | { kind: 'done' };

const finished = 'done';
const again = 'again';

export function readTaking(settings: Settings): Taking {
  const text = settings.get('snapshot');
  if (text === null || text === again)
    return { kind: 'wanted', position: null, after: cursorText(firstCursor), again: text === again };
  if (text === finished) return { kind: 'done' };
  return underWay.parse(JSON.parse(text));
}

/** Within the transaction that stores what came. */
export function writeTaking(settings: Settings, taking: Exclude<Taking, { kind: 'wanted' }>): void {
  settings.set('snapshot', taking.kind === 'done' ? finished : JSON.stringify(taking));
}

/** Forgets the position, which shore no longer holds: a new one is asked for. */
export function beginAnew(settings: Settings): Taking {
  settings.set('snapshot', again);
  return readTaking(settings);
}
