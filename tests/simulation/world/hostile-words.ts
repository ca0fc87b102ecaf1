import { chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { plainAck, type Message } from '#shared/sync/frame.ts';
import type { VesselTables } from '../shore/tables.ts';
import type { Dice } from './dice.ts';
import { edgeReceived, edgeInstants, edgeNumbers } from './hostile-values.ts';
import type { Ship } from './ship.ts';
import type { World } from './world.ts';

export const anyHash = 'ab'.repeat(32);
export const anyMark = 'cd'.repeat(8);
/** Names that nobody ever wrote under. */
export const strangers = ['vevil00001', 'vevil00002', 'vzzzzzzzzzzzzzzzzzzzz'] as const;
export const strangeOffices = ['sforged001', 'sforged002'] as const;

/** What somebody says who knows what both ends hold, and wants them to believe something else. */
export class HostileWords {
  readonly #world: World;
  readonly #dice: Dice;
  readonly #victim: Ship;

  constructor(world: World, dice: Dice, victim: Ship) {
    this.#world = world;
    this.#dice = dice;
    this.#victim = victim;
  }

  get #tables(): VesselTables | undefined {
    return this.#world.database.vessels.get(this.#victim.vesselId);
  }

  get #shoreOrigin(): string {
    return this.#tables?.head.origin ?? strangeOffices[0];
  }

  hello(origin: string): Message {
    const dice = this.#dice;
    const { store, vesselId } = this.#victim;
    const own = store?.own;
    const last = own === undefined ? 3 : own.last;
    const seen: Record<string, unknown> = { ...store?.seen };
    if (dice.chance(0.6)) seen[this.#shoreOrigin] = edgeReceived(dice, this.#tables?.head.last ?? 0);
    if (dice.chance(0.3)) seen[dice.pick([...strangers, ...strangeOffices])] = edgeReceived(dice, 3);
    const hello = {
      kind: 'hello',
      vessel: vesselId,
      name: 'MV Nobody',
      origin,
      last: dice.pick([last, last, last + 1, 0, ...edgeNumbers]),
      hash: dice.pick([own?.hash ?? anyHash, anyHash]),
      acknowledged: dice.pick([0, last, last, last + 5, ...edgeNumbers]),
      held: seen,
      attempt: dice.pick([0, 1, ...edgeNumbers]),
      digest: dice.pick([null, 'ef'.repeat(16)]),
      marks: dice.chance(0.5) ? {} : { [this.#shoreOrigin]: anyMark },
      ...(dice.chance(0.3)
        ? { bases: { [this.#shoreOrigin]: [dice.pick([1, 2, ...edgeNumbers]), anyMark] } }
        : {}),
      recordsVersion: dice.pick([0, 1, 2, 2, 999_999]),
      ...(dice.chance(0.15) ? { wants: 'snapshot' } : {}),
      at: dice.chance(0.7) ? Date.UTC(2026, 2, 1) : dice.pick(edgeInstants),
    };
    return hello as unknown as Message;
  }

  /** What somebody is said to hold of `origin`: as it is, more, less, or of another journal. */
  ackOf(origin: string): Message {
    const dice = this.#dice;
    const { vesselId, journal, store } = this.#victim;
    const tables = this.#tables;
    const isShores = origin === tables?.head.origin;
    const last = isShores ? tables.head.last : (store?.own.last ?? 0);
    const hashAt = (number: number): string => {
      if (number === 0) return chainStart(vesselId, origin);
      const entry = isShores ? tables.entry(origin, number) : (journal?.get(origin, number) ?? null);
      return entry?.hash ?? anyHash;
    };
    const upTo = dice.below(last + 1);
    const forkAt = dice.below(last + 1);
    const claims = dice.chance(0.6) ? upTo : edgeReceived(dice, last);
    const ack = {
      kind: 'ack',
      ...plainAck,
      vessel: vesselId,
      origin: dice.chance(0.85) ? origin : dice.pick([...strangers, ...strangeOffices]),
      held: claims,
      hash: dice.chance(0.7) ? hashAt(typeof claims === 'number' ? claims : 0) : anyHash,
      beyondHash: dice.chance(0.2) ? anyHash : null,
      outcome: dice.pick(['stored', 'gap', 'fork', 'unresolved', 'status'] as const),
      attempt: dice.pick([null, 0, 1, 2, 3, ...edgeNumbers]),
      problems: dice.chance(0.2)
        ? [
            {
              number: dice.pick([1, 2, ...edgeNumbers]),
              code: dice.pick(['parked', 'x']),
              message: 'Nothing is right',
            },
          ]
        : [],
      fork: dice.chance(0.3)
        ? {
            number: dice.pick([forkAt + 1, forkAt + 1, ...edgeNumbers]),
            hash: dice.pick([hashAt(forkAt), anyHash]),
          }
        : null,
      holding: dice.chance(0.3)
        ? {
            held: {
              [origin]: claims,
              ...(dice.chance(0.5) ? { [dice.pick(strangers)]: edgeReceived(dice, 2) } : {}),
            },
            digest: dice.pick([null, 'ef'.repeat(16)]),
          }
        : null,
      at: dice.chance(0.2) ? dice.pick(edgeInstants) : null,
      ...(dice.chance(0.2)
        ? { outOfOrder: { numbers: edgeReceived(dice, last), hash: dice.pick([hashAt(upTo), anyHash]) } }
        : {}),
    };
    return ack as unknown as Message;
  }

  telemetry(): Message {
    const { vesselId } = this.#victim;
    return {
      kind: 'telemetry',
      vessel: vesselId,
      at: this.#dice.pick(edgeInstants),
      queueDepth: 1,
      oldestAgeMs: null,
      bytesSent: 1,
      bytesReceived: 1,
    };
  }

  ask(): Message {
    const dice = this.#dice;
    const position = dice.pick([null, {}, { [this.#shoreOrigin]: dice.pick([0, 1, 2]) }, { vevil00001: 1 }]);
    const { vesselId } = this.#victim;
    return {
      kind: 'ask',
      vessel: vesselId,
      origin: dice.pick(strangers),
      attempt: 1,
      position,
      after: '',
      pages: dice.between(1, 8),
      version: dice.pick([1, 2, 999_999]),
    };
  }

  page(origin: string): Message {
    const dice = this.#dice;
    const { vesselId } = this.#victim;
    return {
      kind: 'page',
      vessel: vesselId,
      origin,
      attempt: dice.below(3),
      start: dice.chance(0.7)
        ? {
            heads: [
              {
                origin: dice.pick([this.#shoreOrigin, ...strangeOffices]),
                upTo: dice.between(0, 5),
                hash: anyHash,
              },
            ],
            time: 1,
            total: 0,
            numbers: ['WO-2026-999999'],
          }
        : null,
      at: dice.pick([null, 'abcdef01']),
      after: '',
      next: null,
      runEnd: null,
      version: dice.pick([1, 2, 999_999]),
      records: { origins: [], seens: [], groups: [] },
    } as unknown as Message;
  }

  /** @param change that it speaks of */
  compare(side: 'ask' | 'answer', change: Change): Message {
    const dice = this.#dice;
    const key = ['work_order', change.recordId] as const;
    const asked = dice.pick([
      { step: 'sums', prefixes: [''], sums: ['0'.repeat(4_096)] },
      { step: 'sums', prefixes: ['abc'], sums: ['00'] },
      { step: 'records', prefixes: ['', 'a'], records: [[...key, anyMark]] },
      { step: 'entries', records: [key], entries: [[strangers[0], 1, anyMark]] },
      { step: 'take', records: [key], entries: [change] },
      { step: 'result', repaired: [key], differing: [key] },
    ]);
    const told = dice.pick([
      { step: 'sums', differ: ['ab', 'abc', ''] },
      { step: 'records', differ: [[...key, anyMark]], repaired: [key] },
      { step: 'entries', entries: [change], lacks: [[strangers[0], 1]], other: [] },
      { step: 'take', records: [[...key, null]] },
      { step: 'result' },
      { step: 'moved' },
    ]);
    const { vesselId } = this.#victim;
    return {
      kind: 'compare',
      vessel: vesselId,
      at: anyMark,
      number: dice.below(4),
      ask: side === 'ask' ? asked : null,
      answer: side === 'ask' ? null : told,
    } as unknown as Message;
  }

  base(origin: string): Message {
    const dice = this.#dice;
    const { vesselId } = this.#victim;
    const upTo = dice.pick([1, 2, 3, 50, ...edgeNumbers]);
    return {
      kind: 'base',
      vessel: vesselId,
      origin,
      transfer: dice.pick(['0123456789abcdef', 'fedcba9876543210', '00000000000000aa']),
      total: dice.pick(edgeNumbers),
      heads: dice.chance(0.7)
        ? [
            {
              origin: dice.pick([origin, this.#shoreOrigin, ...strangers, ...strangeOffices]),
              upTo,
              hash: anyHash,
            },
          ]
        : [],
      page: dice.chance(0.6)
        ? {
            after: '',
            next: null,
            version: dice.pick([1, 2, 2, 999_999]),
            records: { origins: [], seens: [], groups: [] },
          }
        : null,
      answer: dice.chance(0.3) ? { outcome: 'taken', after: dice.pick([null, '']) } : null,
    } as unknown as Message;
  }
}
