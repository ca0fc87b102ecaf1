import { z } from 'zod';
import { firstCursorText } from '#shared/sync/snapshot/cursor.ts';
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

/** The progress of the snapshot by which this node takes the ship's records from shore. */
export type SnapshotProgress =
  /** It holds nothing of shore's and has not been told a position. */
  | { kind: 'wanted'; position: null; after: string; again: boolean }
  | (z.infer<typeof underWay> & { position: SnapshotPosition })
  /** Everything has come, or it came otherwise. */
  | { kind: 'done' };

const finished = 'done';
const again = 'again';

export function readSnapshotProgress(settings: Settings): SnapshotProgress {
  const text = settings.get('snapshot');
  if (text === null || text === again)
    return { kind: 'wanted', position: null, after: firstCursorText, again: text === again };
  if (text === finished) return { kind: 'done' };
  return underWay.parse(JSON.parse(text));
}

/** Within the transaction that stores what came. */
export function writeSnapshotProgress(
  settings: Settings,
  progress: Exclude<SnapshotProgress, { kind: 'wanted' }>,
): void {
  settings.set('snapshot', progress.kind === 'done' ? finished : JSON.stringify(progress));
}

/** Forgets the position, which shore no longer holds: a new one is asked for. */
export function beginAnew(settings: Settings): SnapshotProgress {
  settings.set('snapshot', again);
  return readSnapshotProgress(settings);
}
