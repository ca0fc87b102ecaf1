import {
  countOf,
  isWindowEnd,
  nextNumber,
  nextWithin,
  numbersUsedUp,
  windowsOf,
  type NumberWindow,
} from '#shared/records/record-number.ts';
import type { NumberedDeclaration } from '#shared/records/numbered.ts';
import { columnOf } from '#shared/records/record.ts';
import { z } from 'zod';
import { ContractFailure } from '../contract-failure.ts';
import { highestNumberBefore } from '../store/records/snapshot-start.ts';
import type { VesselStore } from '../store/vessel-store.ts';

/** Gives the records of one kind their running numbers on board. */
export class RecordNumbers {
  readonly #store: VesselStore;
  readonly #spec: NumberedDeclaration;
  readonly #highest;
  /** The number given last, so that it is looked up once and not for every record. */
  #given: { year: number; count: number } | null = null;

  constructor(store: VesselStore, spec: NumberedDeclaration) {
    this.#store = store;
    this.#spec = spec;
    const column = columnOf(spec.number.field);
    this.#highest = store.connection
      .prepare(`SELECT max(${column}) FROM ${spec.entity} WHERE ${column} BETWEEN @first AND @last`)
      .pluck();
    // What comes from shore may be records of this ship's own from before its computer was replaced.
    store.onCommitted(({ cause }) => {
      if (cause === 'shore') this.forget();
    });
  }

  /** @throws ContractFailure `not_allowed` where none is left for the year */
  next(year: number): string {
    const { prefix } = this.#spec.number;
    const number =
      this.#given?.year === year && !isWindowEnd(this.#given.count)
        ? nextNumber(prefix, year, 'vessel', this.#given.count).number
        : this.#lookUp(year);
    this.#given = { year, count: countOf(number) };
    return number;
  }

  /** The number given last was not written: it is given again. */
  forget(): void {
    this.#given = null;
  }

  #lookUp(year: number): string {
    for (const window of windowsOf(this.#spec.number.prefix, year, 'vessel')) {
      const next = nextWithin(window, this.#highestIn(window));
      if (next !== null) return next;
    }
    throw new ContractFailure('not_allowed', numbersUsedUp(year));
  }

  /** The highest number given in a range, deleted records included; null when none was. */
  #highestIn(range: NumberWindow): string | null {
    const here = z
      .string()
      .nullable()
      .parse(this.#highest.get({ ...range }));
    const before = highestNumberBefore(this.#store.settings, range);
    return here === null || (before !== null && before > here) ? before : here;
  }
}
