import type { Cancel } from '#shared/ports.ts';
import { withNewNumber } from '#shared/records/doubled-number.ts';
import type { NumberedDeclaration } from '#shared/records/numbered.ts';
import { numberOf } from '#shared/records/record-number.ts';
import type { FieldValues } from '#shared/records/record.ts';
import { duplicateNumberProblem } from '../journal/problem-texts.ts';
import { recordAndPublish, type RecordUnit, type WriteDependencies } from '../record-and-publish.ts';
import type { Committed, Writer } from '../service.ts';
import type { Executor } from '../store/database.ts';
import { nextOfficeNumber } from '../records/next-number.ts';
import { duplicateNumbers, vesselsWithDuplicateNumbers, type DuplicateNumber } from './duplicate-numbers.ts';

/** What arrives within so long is looked at together. */
const gatherMs = 1_000;
/** While the database is away. */
const retryMs = 30_000;
/** More records than this at once: all of the vessel's are looked at. */
const mostIds = 1_000;

interface Renumbered {
  id: string;
  values: FieldValues;
  from: string;
  to: string;
}

/**
 * Gives records of a kind new numbers that bear one which another of the vessel has: computers on board that have not heard
 * of each other count alike (`docs/decisions/0022-a-doubled-number-is-given-once.md`). The record that shore knew first
 * keeps its number; the others get the office's next, as a change like any other, which the ship gets as well. People
 * are told.
 */
export class DuplicateNumberResolver {
  readonly #dependencies: WriteDependencies;
  readonly #executor: Executor;
  readonly #spec: NumberedDeclaration;
  readonly #stopListening: () => void;
  /** Records to look at, by vessel; null for all. */
  readonly #pending = new Map<string, Set<string> | null>();
  /** Every vessel has still to be looked at. */
  #fleet = false;
  #timer: Cancel | null = null;
  #failed = false;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(dependencies: WriteDependencies, executor: Executor, spec: NumberedDeclaration) {
    this.#dependencies = dependencies;
    this.#executor = executor;
    this.#spec = spec;
    this.#stopListening = dependencies.commits.on((event) => this.#onCommitted(event));
  }

  /** Looks at what is there already: a gateway may have been killed between taking a record and looking at it. */
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

  #onCommitted({ vesselId, entity, ids, cause }: Committed): void {
    if (entity !== this.#spec.entity || cause !== 'vessel') return;
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
      for (const vesselId of await vesselsWithDuplicateNumbers(this.#executor, this.#spec))
        this.#pending.set(vesselId, null);
      this.#fleet = false;
    } catch (error) {
      this.#failed = true;
      this.#dependencies.environment.log.warn(
        { err: error, entity: this.#spec.entity },
        'doubled numbers could not be looked up',
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
          this.#spec,
          vesselId,
          ids === null ? null : [...ids],
        ))
          await this.#renumber(vesselId, doubled);
      } catch (error) {
        environment.log.warn(
          { err: error, vessel: vesselId, entity: this.#spec.entity },
          'doubled numbers could not be looked at; trying again later',
        );
        this.#failed = true;
        this.#pending.set(vesselId, null);
      }
    }
  }

  async #renumber(vesselId: string, { number, ids }: DuplicateNumber): Promise<void> {
    const { environment, gateway } = this.#dependencies;
    const writer: Writer = { actorId: null, actorName: 'ARUS', device: gateway };
    const renumbered = await recordAndPublish(this.#dependencies, vesselId, writer, async (unit) => {
      const given = await giveNewNumbers(unit, this.#spec, number, ids);
      for (const each of given)
        unit.tell(duplicateNumberProblem(vesselId, this.#spec, each, environment.now()));
      return given;
    });
    if (renumbered.length === 0) return;
    environment.log.warn(
      {
        vessel: vesselId,
        entity: this.#spec.entity,
        renumbered: renumbered.map(({ id, from, to }) => ({ id, from, to })),
      },
      'records bore the number of another and got new ones',
    );
  }
}

/** @param ids of the records that bore the number when it was looked up, first the one that keeps it */
async function giveNewNumbers(
  unit: RecordUnit,
  spec: NumberedDeclaration,
  number: string,
  ids: readonly string[],
): Promise<Renumbered[]> {
  const renumbered: Renumbered[] = [];
  let kept = false;
  for (const id of ids) {
    const record = await unit.get(spec.entity, id);
    // Another gateway was faster, or somebody deleted one of them.
    if (record === null || record.deleted || record.values?.[spec.number.field] !== number) continue;
    if (!kept) {
      kept = true;
      continue;
    }
    const { values } = record;
    const to = await nextOfficeNumber(unit, numberOf(number), renumbered.at(-1)?.to ?? null);
    await unit.update(spec.entity, id, withNewNumber(spec, values, to));
    renumbered.push({ id, values, from: number, to });
  }
  return renumbered;
}
