import { isCovered } from '#shared/sync/catch-up.ts';
import {
  differenceOf,
  receivedFromJson,
  receivedToJson,
  hasReceived,
  nothingReceived,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import { numbersOf } from '#shared/sync/record-state-json.ts';
import { causalContextSchema, type Origin, type CausalContext } from '#shared/sync/causal-context.ts';
import type { Settings } from './settings.ts';

/** What of other journals is held here and, by shore's last word, not ashore. */
export class NotAshore {
  readonly #settings: Settings;
  #ranges: ReadonlyMap<Origin, ReceivedRanges>;

  constructor(settings: Settings) {
    this.#settings = settings;
    const text = settings.get('not_ashore');
    this.#ranges = text === null || text === '' ? new Map() : receivedByOrigin(parsed(text));
  }

  get isEmpty(): boolean {
    return this.#ranges.size === 0;
  }

  /** Numbers of an origin that shore lacks. */
  of(origin: Origin): ReceivedRanges {
    return this.#ranges.get(origin) ?? nothingReceived;
  }

  /**
   * Takes shore's word on what it holds.
   * @param ours what is held here of other origins
   * @returns whether it is another than before
   */
  learn(ours: CausalContext, theirs: CausalContext): boolean {
    const ranges = new Map(
      [...receivedByOrigin(ours)].flatMap(([origin, received]): [Origin, ReceivedRanges][] => {
        const lacking = differenceOf(received, receivedFromJson(theirs[origin] ?? 0));
        return isCovered(lacking, nothingReceived) ? [] : [[origin, lacking]];
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
      [...numbersOf(versions, origin)].some((number) => hasReceived(lacking, number)),
    );
  }
}

function receivedByOrigin(context: CausalContext): Map<Origin, ReceivedRanges> {
  return new Map(Object.entries(context).map(([origin, received]) => [origin, receivedFromJson(received)]));
}

function textOf(ranges: ReadonlyMap<Origin, ReceivedRanges>): string {
  return JSON.stringify(
    Object.fromEntries([...ranges].map(([origin, received]) => [origin, receivedToJson(received)])),
  );
}

function parsed(text: string): CausalContext {
  const found = causalContextSchema.safeParse(JSON.parse(text));
  return found.success ? found.data : {};
}
