import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { encodeContent, type ContentMessage } from '#shared/sync/content/messages.ts';
import { encodeFrame, plainAck, type Batch, type Message } from '#shared/sync/frame.ts';
import { furthestOf, nothingHeld } from '#shared/sync/held.ts';
import { markOf } from '#shared/sync/proof.ts';
import { gatewayPresence, topicOf, type Direction, type TopicKind } from '#shared/sync/topics.ts';
import { platformHash } from '#vessel/store/journal/platform-hash.ts';
import type { VesselTables } from '../shore/tables.ts';
import type { Dice } from './dice.ts';
import { contentOf } from './saved.ts';
import { HostileChanges } from './hostile-changes.ts';
import { bent, damaged, edgeHeld, edgeInstants, edgeNumbers } from './hostile-values.ts';
import { plainCodec } from './plain-codec.ts';
import type { AttackAs } from './profile.ts';
import type { Ship } from './ship.ts';
import type { World } from './world.ts';

const anyHash = 'ab'.repeat(32);
const anyMark = 'cd'.repeat(8);
/** Names that nobody ever wrote under. */
const strangers = ['vevil00001', 'vevil00002', 'vzzzzzzzzzzzzzzzzzzzz'] as const;
const strangeOffices = ['sforged001', 'sforged002'] as const;

interface End {
  number: number;
  hash: string;
}

/**
 * Somebody who holds the broker password of one ship, or of the office, and knows all that both ends hold. It sends what
 * no program of ours would, and among it what any of ours could.
 */
export class Attacker {
  readonly victim: Ship;
  /** Messages that it has sent. */
  sent = 0;
  readonly #world: World;
  readonly #dice: Dice;
  readonly #as: readonly AttackAs[];
  readonly #changes: HostileChanges;
  /** Where the journals end that it makes up. */
  readonly #ends = new Map<string, End>();
  /** What its changes say: they are told from those of honest people by that. */
  readonly #forged = new Set<string>();

  constructor(world: World, dice: Dice, as: readonly AttackAs[], victim: Ship) {
    this.#world = world;
    this.#dice = dice;
    this.#as = as;
    this.victim = victim;
    this.#changes = new HostileChanges(world, dice, victim);
  }

  /** Whether the change is one of its own. */
  wrote(change: Change): boolean {
    return this.#forged.size > 0 && this.#forged.has(contentOf(change));
  }

  /** Sends one to three messages. */
  strike(): void {
    const as = this.#dice.pick(this.#as);
    for (let count = this.#dice.between(1, 3); count > 0; count -= 1) {
      if (as === 'office') this.#toShip();
      else this.#toShore(as);
    }
  }

  #toShore(as: 'stranger' | 'impostor'): void {
    const dice = this.#dice;
    const draw = dice.weighted<() => void>([
      [10, () => this.#batch('up', this.#nameFor(as))],
      [2, () => this.#noise('up')],
      [1, () => this.#frame('up', 'telemetry', this.#telemetry())],
      [1, () => this.#frame('up', 'ask', this.#ask())],
      [1, () => this.#content('up')],
      [1, () => this.#frame('up', 'compare', this.#compare('ask'))],
      [as === 'impostor' ? 3 : 0, () => this.#frame('up', 'hello', this.#hello(this.#nameFor(as)))],
      [as === 'impostor' ? 3 : 0, () => this.#frame('up', 'ack', this.#ackOf(this.#shoreOrigin))],
      [as === 'impostor' ? 1 : 0, () => this.#presence('up')],
      [as === 'impostor' ? 2 : 0, () => this.#frame('up', 'base', this.#base(this.#nameFor(as)))],
    ]);
    draw();
  }

  #toShip(): void {
    const dice = this.#dice;
    const own = this.victim.store?.own.origin ?? strangers[0];
    const draw = dice.weighted<() => void>([
      [8, () => this.#batch('down', dice.pick([this.#shoreOrigin, ...strangeOffices, ...strangers, own]))],
      [5, () => this.#frame('down', 'ack', this.#ackOf(own))],
      [2, () => this.#noise('down')],
      [1, () => this.#frame('down', 'hello', this.#hello(this.#shoreOrigin))],
      [1, () => this.#frame('down', 'compare', this.#compare('answer'))],
      [1, () => this.#content('down')],
      [2, () => this.#frame('down', 'page', this.#page(own))],
      [2, () => this.#frame('down', 'base', this.#base(own))],
      [1, () => this.#presence('down')],
    ]);
    draw();
  }

  get #tables(): VesselTables | undefined {
    return this.#world.database.vessels.get(this.victim.vesselId);
  }

  get #shoreOrigin(): string {
    return this.#tables?.head.origin ?? strangeOffices[0];
  }

  #nameFor(as: 'stranger' | 'impostor'): string {
    const others = [...strangers, ...strangers, ...strangeOffices, this.#shoreOrigin];
    if (as === 'stranger') return this.#dice.pick(others);
    const known = [...(this.#tables?.origins.keys() ?? [])];
    const own = this.victim.store?.own.origin ?? strangers[0];
    return this.#dice.pick([own, own, own, ...known, ...others]);
  }

  /** Where a journal ends as the receiver knows it, or as this one has made it up. */
  #endOf(direction: Direction, origin: string): End {
    const made = this.#ends.get(origin);
    if (made !== undefined && this.#dice.chance(0.8)) return made;
    const { vesselId, store, journal } = this.victim;
    const start = { number: 0, hash: chainStart(vesselId, origin) };
    if (direction === 'up') {
      const head = this.#tables?.origins.get(origin);
      if (head !== undefined) return { number: head.held.upTo, hash: head.hash };
      // Before shore has heard of any of it.
      const own = store?.own;
      return own?.origin === origin && this.#dice.chance(0.5) ? { number: own.last, hash: own.hash } : start;
    }
    const tables = this.#tables;
    if (tables?.head.origin === origin && this.#dice.chance(0.5))
      return { number: tables.head.last, hash: tables.head.hash };
    if (store === null || journal === null) return start;
    const { held, hash } = store.headOf(origin);
    return { number: held.upTo, hash };
  }

  #batch(direction: Direction, origin: string): void {
    const dice = this.#dice;
    const end = this.#endOf(direction, origin);
    const lane = dice.pick(['urgent', 'normal', 'bulk'] as const);
    const changes: Change[] = [];
    let { number, hash } = end;
    const hasGap = dice.chance(0.2);
    if (hasGap) number += dice.pick([1, 2, 5]);
    const bad = dice.chance(0.75) ? dice.below(4) : -1;
    for (
      let count = dice.weighted([[3, 1] as const, [2, 2] as const, [2, 4] as const]);
      count > 0;
      count -= 1
    ) {
      number += 1;
      const change = this.#changes.next({ origin, number, lane, isBad: bad === changes.length || bad === 3 });
      if (change.number > number) ({ number } = change);
      changes.push(change);
      hash = chainNext(hash, change, platformHash);
      this.#forged.add(contentOf(change));
    }
    const isChained = !hasGap && changes.every((change, index) => change.number === end.number + 1 + index);
    const batch: Batch = {
      kind: 'batch',
      vessel: this.victim.vesselId,
      origin,
      lane,
      after: dice.chance(0.8) ? end.number : dice.pick(edgeNumbers),
      hash: isChained || dice.chance(0.5) ? hash : anyHash,
      attempt: dice.chance(0.9) ? 0 : dice.pick(edgeNumbers),
      proof: dice.weighted<() => Batch['proof']>([
        [3, () => []],
        [3, () => (end.number > 0 ? [[end.number, markOf(end.hash)]] : [])],
        [2, () => this.#furthestMark(direction, origin)],
        [1, () => [[dice.pick(edgeNumbers), anyMark]]],
      ])(),
      changes,
    };
    if (isChained && batch.hash === hash && dice.chance(0.9)) this.#ends.set(origin, { number, hash });
    const strange = dice.chance(0.12) ? { ...bent(dice, { ...batch, changes: [] }), changes } : batch;
    this.#frame(
      direction,
      direction === 'up' && dice.chance(0.95) ? lane : dice.pick(['urgent', 'normal', 'bulk']),
      strange,
      0,
    );
  }

  /** What shows that one has the journal that the receiver holds. */
  #furthestMark(direction: Direction, origin: string): Batch['proof'] {
    if (direction === 'down') return [];
    const head = this.#tables?.origins.get(origin);
    const number = furthestOf(head?.held ?? nothingHeld);
    const entry = this.#tables?.entry(origin, number);
    const hash = entry?.hash ?? entry?.claimed ?? null;
    return hash === null ? [] : [[number, markOf(hash)]];
  }

  #hello(origin: string): Message {
    const dice = this.#dice;
    const { store, vesselId } = this.victim;
    const own = store?.own;
    const last = own === undefined ? 3 : own.last;
    const seen: Record<string, unknown> = { ...store?.seen };
    if (dice.chance(0.6)) seen[this.#shoreOrigin] = edgeHeld(dice, this.#tables?.head.last ?? 0);
    if (dice.chance(0.3)) seen[dice.pick([...strangers, ...strangeOffices])] = edgeHeld(dice, 3);
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
  #ackOf(origin: string): Message {
    const dice = this.#dice;
    const { vesselId, journal, store } = this.victim;
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
    const claims = dice.chance(0.6) ? upTo : edgeHeld(dice, last);
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
              ...(dice.chance(0.5) ? { [dice.pick(strangers)]: edgeHeld(dice, 2) } : {}),
            },
            digest: dice.pick([null, 'ef'.repeat(16)]),
          }
        : null,
      at: dice.chance(0.2) ? dice.pick(edgeInstants) : null,
    };
    return ack as unknown as Message;
  }

  #telemetry(): Message {
    const { vesselId } = this.victim;
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

  #ask(): Message {
    const dice = this.#dice;
    const position = dice.pick([null, {}, { [this.#shoreOrigin]: dice.pick([0, 1, 2]) }, { vevil00001: 1 }]);
    const { vesselId } = this.victim;
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

  #page(origin: string): Message {
    const dice = this.#dice;
    const { vesselId } = this.victim;
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

  #compare(side: 'ask' | 'answer'): Message {
    const dice = this.#dice;
    const key = ['work_order', this.#changes.recordId()] as const;
    const change = this.#changes.next({
      origin: strangers[0],
      number: 1,
      lane: 'normal',
      isBad: dice.chance(0.5),
    });
    this.#forged.add(contentOf(change));
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
    const { vesselId } = this.victim;
    return {
      kind: 'compare',
      vessel: vesselId,
      at: anyMark,
      number: dice.below(4),
      ask: side === 'ask' ? asked : null,
      answer: side === 'ask' ? null : told,
    } as unknown as Message;
  }

  #base(origin: string): Message {
    const dice = this.#dice;
    const { vesselId } = this.victim;
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

  #presence(direction: Direction): void {
    const dice = this.#dice;
    const says = {
      online: dice.chance(0.5),
      name: 'Nobody',
      version: '0.0.0',
      since: dice.pick(['2026-03-01T00:00:00.000Z', 'never']),
      ...(dice.chance(0.5) ? { takes: dice.pick([[], ['urgent'], ['none']]) } : {}),
    };
    const payload = new TextEncoder().encode(JSON.stringify(dice.chance(0.3) ? bent(dice, says) : says));
    const topic =
      direction === 'up'
        ? topicOf(this.victim.vesselId, 'up', 'presence')
        : gatewayPresence(dice.pick(['gateway-1', 'evil']));
    this.#publish(topic, payload);
  }

  #content(direction: Direction): void {
    const dice = this.#dice;
    const sha256 = dice.pick([anyHash, '00'.repeat(32)]);
    const message = dice.pick<ContentMessage>([
      {
        kind: 'piece',
        sha256,
        size: dice.pick(edgeNumbers.slice(1)),
        offset: dice.pick([0, 5, 2 ** 31]),
        bytes: dice.bytes(9),
      },
      { kind: 'offer', attempt: 1, contents: [{ sha256, size: dice.pick([0, 9, 2 ** 40]) }] },
      {
        kind: 'held',
        sha256,
        outcome: dice.pick(['complete', 'damaged', 'partial']),
        attempt: 1,
        held: { upTo: 9, beyond: [] },
      },
      { kind: 'want', sha256, offset: dice.pick([0, 2 ** 40]), length: dice.pick([0, 1, 2 ** 31]) },
      { kind: 'lacking', sha256 },
    ]);
    const payload = encodeContent(message);
    this.#publish(
      topicOf(this.victim.vesselId, direction, 'content'),
      dice.chance(0.3) ? damaged(dice, payload) : payload,
    );
  }

  /** Bytes of no kind, on any topic of the ship's. */
  #noise(direction: Direction): void {
    const dice = this.#dice;
    const kind = dice.pick<TopicKind>([
      'urgent',
      'normal',
      'ack',
      'hello',
      'compare',
      'ask',
      'base',
      'page',
      'key',
      'content',
    ]);
    const frame = encodeFrame(dice.pick([this.#telemetry(), this.#ask()]), plainCodec);
    this.#publish(
      topicOf(this.victim.vesselId, direction, kind),
      dice.chance(0.3) ? frame : damaged(dice, frame),
    );
  }

  /** @param bending chance that something in it is replaced by what it must not be */
  #frame(direction: Direction, kind: TopicKind, message: Message, bending = 0.35): void {
    const dice = this.#dice;
    let given = dice.chance(bending) ? bent(dice, message) : message;
    // Of another ship, on this one's topic: the broker lets it through, its password is for these topics.
    if (dice.chance(0.04)) given = { ...given, vessel: dice.pick(['ship-2', 'ship-9', 'shore']) };
    let frame: Uint8Array;
    try {
      frame = encodeFrame(given, plainCodec);
    } catch {
      // What our own encoder cannot say is said by none of its bytes either.
      frame = damaged(dice, encodeFrame(this.#telemetry(), plainCodec));
    }
    if (dice.chance(0.04)) frame = damaged(dice, frame);
    this.#publish(topicOf(this.victim.vesselId, direction, kind), frame);
  }

  #publish(topic: string, payload: Uint8Array): void {
    this.sent += 1;
    this.#world.network.hand('attacker', { topic, payload, retained: this.#dice.chance(0.04) });
  }
}
