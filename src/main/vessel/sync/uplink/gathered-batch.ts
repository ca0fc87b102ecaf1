import { batchSizeToSend, unfoldedSize } from '#shared/sync/columns/unfolded.ts';
import { batchLimit } from '#shared/sync/frame.ts';
import type { JournalEntry } from '../../store/journal/journal.ts';

/** What a frame has for each byte of `plainBytesOf` until a batch has shown what it is; ordinary work takes half. */
export const packedAtFirst = 0.12;
/** A batch of fewer changes says little of how others compress. */
export const fewChanges = 20;
/** A frame larger than this is divided: a connection that breaks then costs a second of a slow link. Bytes. */
export const largestFrame = 24 * 1024;

/** A change with fewer fields counts as one of so many: those without any take their place as well. */
const fewestFields = 8;
/** Fields of all changes in a batch, at most; and so no more changes than a batch may have. */
const mostFields = fewestFields * batchLimit;

/** A batch that is being put together, some turns of the event loop long. */
export class GatheredBatch {
  readonly entries: JournalEntry[] = [];
  #bytes = 0;
  #fields = 0;
  #unfolded = 0;

  /** Number of its last change; null for an empty one. */
  get last(): number | null {
    return this.entries.at(-1)?.change.number ?? null;
  }

  /**
   * Takes as many as fit, always at least one.
   * @param limit bytes as `plainBytesOf` counts them
   * @returns whether the batch is full
   */
  add(read: readonly JournalEntry[], limit: number): boolean {
    for (const entry of read) {
      const bytes = this.#bytes + plainBytesOf([entry]);
      const fields = this.#fields + fieldsOf(entry);
      const unfolded = this.#unfolded + unfoldedSize(entry.change);
      const isTooMuch = bytes > limit || fields > mostFields || unfolded > batchSizeToSend;
      if (this.entries.length > 0 && isTooMuch) return true;
      this.entries.push(entry);
      this.#bytes = bytes;
      this.#fields = fields;
      this.#unfolded = unfolded;
    }
    return false;
  }
}

function fieldsOf({ change }: JournalEntry): number {
  return Math.max(fewestFields, Object.keys(change.fields).length);
}

/** About what the changes would take as JSON, without what is the same in all. */
export function plainBytesOf(entries: readonly JournalEntry[]): number {
  let bytes = 0;
  for (const { change } of entries) {
    bytes += 60;
    for (const [name, value] of Object.entries(change.fields))
      bytes += name.length + 6 + (typeof value === 'string' ? value.length : 5);
  }
  return bytes;
}
