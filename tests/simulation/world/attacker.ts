import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { encodeContent, type ContentMessage } from '#shared/sync/content/messages.ts';
import { decodeFrame, encodeFrame, type Batch, type Message } from '#shared/sync/frame.ts';
import { furthestOf, nothingReceived } from '#shared/sync/received-ranges.ts';
import { fingerprintOf } from '#shared/sync/head-fingerprints.ts';
import { gatewayPresence, topicOf, type Direction, type TopicKind } from '#shared/sync/topics.ts';
import { platformHash } from '#vessel/store/journal/platform-hash.ts';
import type { VesselTables } from '../shore/tables.ts';
import type { Dice } from './dice.ts';
import { contentOf } from './saved.ts';
import { HostileChanges } from './hostile-changes.ts';
import { bent, damaged, edgeNumbers } from './hostile-values.ts';
import { anyHash, anyMark, HostileWords, strangeOffices, strangers } from './hostile-words.ts';
import { plainCodec } from './plain-codec.ts';
import type { AttackAs } from './profile.ts';
import type { Ship } from './ship.ts';
import type { World } from './world.ts';

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
  readonly #words: HostileWords;
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
    this.#words = new HostileWords(world, dice, victim);
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
      [1, () => this.#frame('up', 'telemetry', this.#words.telemetry())],
      [1, () => this.#frame('up', 'ask', this.#words.ask())],
      [1, () => this.#content('up')],
      [1, () => this.#frame('up', 'compare', this.#words.compare('ask', this.#one()))],
      [as === 'impostor' ? 3 : 0, () => this.#frame('up', 'hello', this.#words.hello(this.#nameFor(as)))],
      [as === 'impostor' ? 3 : 0, () => this.#frame('up', 'ack', this.#words.ackOf(this.#shoreOrigin))],
      [as === 'impostor' ? 1 : 0, () => this.#presence('up')],
      [as === 'impostor' ? 2 : 0, () => this.#frame('up', 'base', this.#words.base(this.#nameFor(as)))],
    ]);
    draw();
  }

  #toShip(): void {
    const dice = this.#dice;
    const own = this.victim.store?.own.origin ?? strangers[0];
    const draw = dice.weighted<() => void>([
      [8, () => this.#batch('down', dice.pick([this.#shoreOrigin, strangeOffices[1], ...strangers, own]))],
      [5, () => this.#frame('down', 'ack', this.#words.ackOf(own))],
      [2, () => this.#noise('down')],
      [1, () => this.#frame('down', 'hello', this.#words.hello(this.#shoreOrigin))],
      [1, () => this.#frame('down', 'compare', this.#words.compare('answer', this.#one()))],
      [1, () => this.#content('down')],
      [2, () => this.#frame('down', 'page', this.#words.page(own))],
      [2, () => this.#frame('down', 'base', this.#words.base(own))],
      [1, () => this.#presence('down')],
    ]);
    draw();
  }

  #one(): Change {
    const isBad = this.#dice.chance(0.5);
    const change = this.#changes.next({ origin: strangers[0], number: 1, lane: 'normal', isBad });
    this.#forged.add(contentOf(change));
    return change;
  }

  get #tables(): VesselTables | undefined {
    return this.#world.database.vessels.get(this.victim.vesselId);
  }

  get #shoreOrigin(): string {
    return this.#tables?.head.origin ?? strangeOffices[1];
  }

  #nameFor(as: 'stranger' | 'impostor'): string {
    const office = this.#tables?.head.origin ?? strangeOffices[0];
    const others = [...strangers, ...strangers, strangeOffices[0], office];
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
      if (head !== undefined) return { number: head.received.upTo, hash: head.hash };
      // Before shore has heard of any of it.
      const own = store?.own;
      return own?.origin === origin && this.#dice.chance(0.5) ? { number: own.last, hash: own.hash } : start;
    }
    const tables = this.#tables;
    if (tables?.head.origin === origin && this.#dice.chance(0.5))
      return { number: tables.head.last, hash: tables.head.hash };
    if (store === null || journal === null) return start;
    const { received, hash } = store.headOf(origin);
    return { number: received.upTo, hash };
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
        [3, () => (end.number > 0 ? [[end.number, fingerprintOf(end.hash)]] : [])],
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
    const number = furthestOf(head?.received ?? nothingReceived);
    const entry = this.#tables?.entry(origin, number);
    const hash = entry?.hash ?? entry?.claimed ?? null;
    return hash === null ? [] : [[number, fingerprintOf(hash)]];
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
    const frame = encodeFrame(dice.pick([this.#words.telemetry(), this.#words.ask()]), plainCodec);
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
      frame = damaged(dice, encodeFrame(this.#words.telemetry(), plainCodec));
    }
    if (dice.chance(0.04)) frame = damaged(dice, frame);
    if (message.kind === 'batch') this.#noteWhatIsSaid(frame);
    this.#publish(topicOf(this.victim.vesselId, direction, kind), frame);
  }

  /** What was bent or spoilt may say other changes than were written into it: a time is written as a step from the one before. */
  #noteWhatIsSaid(frame: Uint8Array): void {
    try {
      const message = decodeFrame(frame, this.victim.vesselId, plainCodec);
      if (message.kind === 'batch') for (const change of message.changes) this.#forged.add(contentOf(change));
    } catch {
      // It says nothing.
    }
  }

  #publish(topic: string, payload: Uint8Array): void {
    this.sent += 1;
    this.#world.network.hand('attacker', { topic, payload, retained: this.#dice.chance(0.04) });
  }
}
