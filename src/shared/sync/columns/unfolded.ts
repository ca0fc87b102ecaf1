import type { Scalar } from '../../json.ts';
import type { Change } from '../change.ts';
import type { CausalContext } from '../causal-context.ts';
import { ColumnsError } from './bytes.ts';

/**
 * What a change takes when it stands by itself, as it does in a journal. On the wire a text that repeats is said once:
 * a batch of a thousand bytes could unfold to hundreds of millions, so its size unfolded is counted while it is read.
 * About the characters of its JSON.
 */
export const changeSizeLimit = 256 * 1024;
/** Of all changes in a batch. Senders stay below `batchSizeToSend`; what is between is room for what they count otherwise. */
export const batchSizeLimit = 1024 * 1024;
export const batchSizeToSend = 640 * 1024;
/** Fields of all changes in a batch that have a value. */
export const batchValueLimit = 65_536;

/** Numbers, names of the parts, an id. */
const ofEveryChange = 200;
const ofEveryValue = 6;
const ofOrigin = 30;
const ofRange = 20;

export function unfoldedSize({ seen, actorName, device, fields }: Change): number {
  let size = headSize({ seen, actorName, device });
  for (const name in fields) size += valueSize(name, fields[name] ?? null);
  return size;
}

/** As many of these as go into one message, at least one where there is any. */
export function asManyAsFit(changes: readonly Change[], most: number): Change[] {
  let size = 0;
  const end = changes.findIndex(
    (change, index) => (size += unfoldedSize(change)) > batchSizeToSend && index > 0,
  );
  return changes.slice(0, Math.min(end === -1 ? changes.length : end, most));
}

/** Without the fields. */
export function headSize({ seen, actorName, device }: Pick<Change, 'seen' | 'actorName' | 'device'>): number {
  return ofEveryChange + actorName.length + device.length + seenSize(seen);
}

export function seenSize(context: CausalContext): number {
  let size = 0;
  for (const origin in context) {
    const received = context[origin];
    size += ofOrigin + (typeof received === 'object' ? (received.length - 1) * ofRange : 0);
  }
  return size;
}

export function valueSize(name: string, value: Scalar): number {
  return ofEveryValue + name.length + (typeof value === 'string' ? value.length : 8);
}

/** Counts what a batch unfolds to while it is read. Throws before what is too much has been made of it. */
export class UnfoldedMeter {
  readonly #ofChange: number[] = [];
  #ofBatch = 0;

  /** @param row which change; @param size about how many characters more it takes */
  add(row: number, size: number): void {
    const ofChange = (this.#ofChange[row] ?? 0) + size;
    this.#ofChange[row] = ofChange;
    this.#ofBatch += size;
    if (ofChange > changeSizeLimit)
      throw new ColumnsError(`A change that unfolds to more than ${changeSizeLimit} characters`);
    if (this.#ofBatch > batchSizeLimit)
      throw new ColumnsError(`Changes that unfold to more than ${batchSizeLimit} characters`);
  }
}
