import { isCovered } from '#shared/sync/catch-up.ts';
import { differenceOf, heldFromJson, heldToJson, holds, nothingHeld, type Held } from '#shared/sync/held.ts';
import { numbersOf } from '#shared/sync/record-state-json.ts';
import { seenSchema, type Origin, type Seen } from '#shared/sync/seen.ts';
import type { Settings } from './settings.ts';

/** What of other journals is held here and, by shore's last word, not ashore. */
export class NotAshore {
  readonly #settings: Settings;
  #ranges: ReadonlyMap<Origin, Held>;

  constructor(settings: Settings) {
    this.#settings = settings;
    const text = settings.get('not_ashore');
    this.#ranges = text === null || text === '' ? new Map() : heldByOrigin(parsed(text));
  }

  get isEmpty(): boolean {
    return this.#ranges.size === 0;
  }

  /** Numbers of an origin that shore lacks. */
  of(origin: Origin): Held {
    return this.#ranges.get(origin) ?? nothingHeld;
  }

  /**
   * Takes shore's word on what it holds.
   * @param ours what is held here of other origins
   * @returns whether it is another than before
   */
  learn(ours: Seen, theirs: Seen): boolean {
    const ranges = new Map(
      [...heldByOrigin(ours)].flatMap(([origin, held]): [Origin, Held][] => {
        const lacking = differenceOf(held, heldFromJson(theirs[origin] ?? 0));
        return isCovered(lacking, nothingHeld) ? [] : [[origin, lacking]];
      }),
    );
    const text = textOf(ranges);
    if (text === textOf(this.#ranges)) return false;
    this.#settings.set('not_ashore', text);
    this.#ranges = ranges;
    return true;
  }

  /** Whether anything that stands in a record is not ashore, given its field versions. */
  has(versions: string): boolean {
    if (this.#ranges.size === 0) return false;
    return [...this.#ranges].some(([origin, lacking]) =>
      [...numbersOf(versions, origin)].some((number) => holds(lacking, number)),
    );
  }
}

function heldByOrigin(seen: Seen): Map<Origin, Held> {
  return new Map(Object.entries(seen).map(([origin, held]) => [origin, heldFromJson(held)]));
}

function textOf(ranges: ReadonlyMap<Origin, Held>): string {
  return JSON.stringify(Object.fromEntries([...ranges].map(([origin, held]) => [origin, heldToJson(held)])));
}

function parsed(text: string): Seen {
  const found = seenSchema.safeParse(JSON.parse(text));
  return found.success ? found.data : {};
}
