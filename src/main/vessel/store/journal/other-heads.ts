import { chainStart } from '#shared/sync/chain.ts';
import type { CausalContext, Origin } from '#shared/sync/causal-context.ts';
import type { IntakeHead } from '#shared/sync/intake.ts';
import { receivedToJson } from '#shared/sync/received-ranges.ts';

/**
 * How far every other origin's journal is held here, in memory beside `sync_heads`.
 * - What a writer here has seen follows from it alone.
 * - A map is never changed, only replaced: a transaction that fails goes back to the one that it found.
 */
export class OtherHeads {
  readonly #vesselId: string;
  #heads: ReadonlyMap<Origin, IntakeHead> = new Map();
  #seen: CausalContext = {};

  constructor(vesselId: string) {
    this.#vesselId = vesselId;
  }

  /** All that is held of them, as a change says it. */
  get seen(): CausalContext {
    return this.#seen;
  }

  /** From the start where nothing was ever heard of it. */
  of(origin: Origin): IntakeHead {
    return (
      this.#heads.get(origin) ?? {
        received: { upTo: 0, beyond: [] },
        hash: chainStart(this.#vesselId, origin),
      }
    );
  }

  origins(): Origin[] {
    return [...this.#heads.keys()];
  }

  set(origin: Origin, head: IntakeHead): void {
    this.#take(new Map([...this.#heads, [origin, head]]));
  }

  drop(origin: Origin): void {
    this.#take(new Map([...this.#heads].filter(([each]) => each !== origin)));
  }

  /** @returns what brings back that which is known now */
  remember(): () => void {
    const heads = this.#heads;
    return () => this.#take(heads);
  }

  #take(heads: ReadonlyMap<Origin, IntakeHead>): void {
    this.#heads = heads;
    this.#seen = Object.fromEntries(
      [...heads].map(([origin, { received }]) => [origin, receivedToJson(received)]),
    );
  }
}
