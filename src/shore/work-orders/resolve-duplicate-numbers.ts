import type { Cancel } from '#shared/ports.ts';
import { notesWithFormerNumber, numberOf } from '#shared/records/record-number.ts';
import { storedNotesLimit, workOrderSpec } from '#shared/records/work-order.ts';
import { duplicateNumberProblem } from '../journal/problem-texts.ts';
import { recordAndPublish, type RecordUnit, type WriteDependencies } from '../record-and-publish.ts';
import type { Committed, Writer } from '../service.ts';
import type { Executor } from '../store/database.ts';
import { duplicateNumbers, vesselsWithDuplicateNumbers, type DuplicateNumber } from './duplicate-numbers.ts';
import { nextOfficeNumber } from '../records/next-number.ts';

const { entity } = workOrderSpec;
/** What arrives within so long is looked at together. */
const gatherMs = 1_000;
/** While the database is away. */
const retryMs = 30_000;
/** More orders than this at once: all of the vessel's are looked at. */
const mostIds = 1_000;

interface Renumbered {
  id: string;
  title: string;
  from: string;
  to: string;
}

/**
 * Gives orders new numbers that bear one which another order of the vessel has: computers on board that have not heard
 * of each other count alike (`docs/decisions/0022-a-doubled-number-is-given-once.md`). The order that shore knew first
 * keeps its number; the others get the office's next, as a change like any other, which the ship gets as well. People
 * are told.
 */
export class DuplicateNumberResolver {
  readonly #dependencies: WriteDependencies;
  readonly #executor: Executor;
  readonly #stopListening: () => void;
  /** Orders to look at, by vessel; null for all. */
  readonly #pending = new Map<string, Set<string> | null>();
  /** Every vessel has still to be looked at. */
  #fleet = false;
  #timer: Cancel | null = null;
  #failed = false;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(dependencies: WriteDependencies, executor: Executor) {
    this.#dependencies = dependencies;
    this.#executor = executor;
    this.#stopListening = dependencies.commits.on((event) => this.#onCommitted(event));
  }

  /** Looks at what is there already: a gateway may have been killed between taking an order and looking at it. */
  start(): void {
    this.#fleet = true;
    this.#soon(gatherMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    this.#timer?.();
    await this.#running;
  }

  #onCommitted({ vesselId, entity: kind, ids, cause }: Committed): void {
    if (kind !== entity || cause !== 'vessel') return;
    const known = this.#pending.get(vesselId);
    if (known === null) return;
    const all = new Set([...(known ?? []), ...ids]);
    // A list that would have been too long comes empty.
    this.#pending.set(vesselId, ids.length === 0 || all.size > mostIds ? null : all);
    this.#soon(gatherMs);
  }

  #soon(milliseconds: number): void {
    if (this.#closed) return;
    this.#timer ??= this.#dependencies.environment.after(milliseconds, () => {
      this.#running = this.#look();
    });
  }

  async #look(): Promise<void> {
    await this.#lookAtFleet();
    await this.#lookAtPending();
    this.#timer = null;
    if (this.#fleet || this.#pending.size > 0) this.#soon(this.#failed ? retryMs : gatherMs);
    this.#failed = false;
  }

  async #lookAtFleet(): Promise<void> {
    if (!this.#fleet) return;
    try {
      for (const vesselId of await vesselsWithDuplicateNumbers(this.#executor))
        this.#pending.set(vesselId, null);
      this.#fleet = false;
    } catch (error) {
      this.#failed = true;
      this.#dependencies.environment.log.warn(
        { err: error },
        'doubled work order numbers could not be looked up',
      );
    }
  }

  async #lookAtPending(): Promise<void> {
    const { environment } = this.#dependencies;
    const pending = new Map(this.#pending);
    this.#pending.clear();
    for (const [vesselId, ids] of pending) {
      if (this.#closed) return;
      try {
        for (const doubled of await duplicateNumbers(
          this.#executor,
          vesselId,
          ids === null ? null : [...ids],
        ))
          await this.#renumber(vesselId, doubled);
      } catch (error) {
        environment.log.warn(
          { err: error, vessel: vesselId },
          'doubled work order numbers could not be looked at; trying again later',
        );
        this.#failed = true;
        this.#pending.set(vesselId, null);
      }
    }
  }

  async #renumber(vesselId: string, { number, ids }: DuplicateNumber): Promise<void> {
    const { environment, store, gateway } = this.#dependencies;
    const writer: Writer = { actorId: null, actorName: 'ARUS', device: gateway };
    const renumbered = await recordAndPublish(this.#dependencies, vesselId, writer, (unit) =>
      giveNewNumbers(unit, number, ids),
    );
    if (renumbered.length === 0) return;
    environment.log.warn(
      { vessel: vesselId, renumbered },
      'orders bore the number of another and got new ones',
    );
    await store.addProblems(
      renumbered.map((each) => duplicateNumberProblem(vesselId, each, environment.now())),
    );
  }
}

/** @param ids of the orders that bore the number when it was looked up, first the one that keeps it */
async function giveNewNumbers(
  unit: RecordUnit,
  number: string,
  ids: readonly string[],
): Promise<Renumbered[]> {
  const renumbered: Renumbered[] = [];
  let kept = false;
  for (const id of ids) {
    const record = await unit.get(entity, id);
    // Another gateway was faster, or somebody deleted one of them.
    if (record === null || record.deleted || record.values?.['number'] !== number) continue;
    if (!kept) {
      kept = true;
      continue;
    }
    const { title, notes } = record.values;
    const to = await nextOfficeNumber(unit, numberOf(number), renumbered.at(-1)?.to ?? null);
    // Notes that are full stay as they are: which number it had, people are told otherwise as well.
    const told = notesWithFormerNumber(String(notes), number);
    await unit.update(entity, id, { number: to, ...(told.length > storedNotesLimit ? {} : { notes: told }) });
    renumbered.push({ id, title: String(title), from: number, to });
  }
  return renumbered;
}
