import { waitBeforeAttempt } from '#link/backoff.ts';
import { LinkError } from '#link/link-failure.ts';
import type {
  Link,
  LinkEvents,
  LinkFailure,
  LinkMessage,
  LinkSettings,
  OpenLink,
  PublishOptions,
} from '#shared/ports.ts';
import type { Dice } from './dice.ts';
import type { Life } from './life.ts';
import { described } from './described.ts';
import type { Timeline } from './timeline.ts';

/** How bad the way between a program and the broker is. */
export interface Weather {
  /** Milliseconds one way, at least and at most. */
  delay: readonly [least: number, most: number];
  /** Bytes in a millisecond; infinity for a line that does not hold anybody up. */
  bytesPerMs: number;
  /** Chances for each message on each way. */
  lost: number;
  doubled: number;
  /** Delivered after what was sent later. */
  late: number;
  /** Taken by the broker, PUBACK and all, and forgotten. */
  forgotten: number;
}

export const fairWeather: Weather = {
  delay: [5, 40],
  bytesPerMs: Number.POSITIVE_INFINITY,
  lost: 0,
  doubled: 0,
  late: 0,
  forgotten: 0,
};

/** The way of one client to the broker, which outlives its connections. */
export class Path {
  weather: Weather = fairWeather;
  /** Connections are refused, and those that stand break. */
  cut = false;
  /** Connections stand, and nothing comes through in either direction. */
  swallowing = false;
}

/** How large a message the broker takes, bytes of payload, and how it says so of a larger one. */
export interface SizeLimit {
  most: number;
  /** When a client connects; by hanging up with a word that names it; by hanging up. */
  how: 'announced' | 'said' | 'perhaps';
}

/** A packet is so much larger than its topic and its payload, and a topic is at most so long; bytes. */
const packetOverhead = 12;
const longestTopic = 40;

const lostConnection: LinkFailure = { code: 'lost', message: 'The connection was lost.' };
const unreachable: LinkFailure = { code: 'unreachable', message: 'The broker cannot be reached.' };
/** A client notices by its keepalive that nobody answers any more. */
const keepaliveMs = 90_000;
/** Mosquitto's way: with more than this waiting for one client, the rest is dropped. */
const mostQueued = 1_000;
const pace = { shortestWait: 500, longestWait: 30_000 };

interface Connection {
  life: Life;
  settings: LinkSettings;
  events: LinkEvents;
  path: Path;
  dice: Dice;
  open: boolean;
  /** When the last message arrives, so that one that is sent later arrives later. */
  upUntil: number;
  downUntil: number;
  queued: number;
  /** What is told where the broker has not confirmed a message when the connection ends; and how large that is. */
  unconfirmed: Map<(failure: LinkFailure) => void, number>;
  onClosed: (reason: LinkFailure | null) => void;
}

export interface NetworkFigures {
  published: number;
  publishedBytes: number;
  delivered: number;
  mostQueued: number;
  connections: number;
}

/** An MQTT broker with clean sessions, and the network around it. */
export class Network {
  readonly figures: NetworkFigures = {
    published: 0,
    publishedBytes: 0,
    delivered: 0,
    mostQueued: 0,
    connections: 0,
  };
  /** Told of what programs hand over and get, and of connections that end. */
  onSent: (who: string, topic: string, payload: Uint8Array) => void = () => undefined;
  onHeard: (who: string, topic: string, payload: Uint8Array) => void = () => undefined;
  onBroken: (who: string) => void = () => undefined;
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #connections = new Set<Connection>();
  readonly #retained = new Map<string, Uint8Array>();
  readonly #sizes: SizeLimit | null;
  #up = true;

  constructor(timeline: Timeline, dice: Dice, sizes: SizeLimit | null) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#sizes = sizes;
  }

  /** Largest packet, as the broker announced it; bytes. */
  get packetLimit(): number | undefined {
    return this.#sizes?.how === 'announced' ? this.#sizes.most + packetOverhead + longestTopic : undefined;
  }

  #isTooLarge(topic: string, payload: Uint8Array): boolean {
    if (this.packetLimit !== undefined)
      return packetOverhead + topic.length + payload.length > this.packetLimit;
    return this.#sizes !== null && payload.length > this.#sizes.most;
  }

  /** The port for one program: it connects along `path`, and its life's end breaks the connection. */
  openLinkFor(life: Life, path: Path, dice: Dice): OpenLink {
    return (settings, events) => new SimulatedLink(this, { life, path, dice, settings, events });
  }

  /** The broker is killed: connections break, what it had taken and not handed on is gone. */
  crash(keepsRetained: boolean): void {
    this.#trace('broker', 'killed', this.#connections.size);
    this.#up = false;
    if (!keepsRetained) this.#retained.clear();
    for (const connection of Array.from(this.#connections)) this.#break(connection, false);
  }

  restart(): void {
    if (this.#up) return;
    this.#trace('broker', 'up again', this.#retained.size);
    this.#up = true;
  }

  /** @param noticed false when both ends go on believing in the connection until their keepalive says otherwise */
  cut(path: Path, noticed: boolean): void {
    path.cut = true;
    if (!noticed) path.swallowing = true;
    for (const connection of Array.from(this.#connections)) {
      if (connection.path !== path) continue;
      if (noticed) this.#break(connection, true);
      else this.#timeline.after(keepaliveMs * 1.5, null, () => this.#break(connection, true));
    }
  }

  mend(path: Path): void {
    path.cut = false;
    path.swallowing = false;
  }

  canConnect(path: Path): boolean {
    return this.#up && !path.cut;
  }

  connect(
    given: Pick<Connection, 'life' | 'settings' | 'events' | 'path' | 'dice' | 'onClosed'>,
  ): Connection {
    for (const other of Array.from(this.#connections))
      if (other.settings.clientId === given.settings.clientId) this.#break(other, true);
    const connection: Connection = {
      ...given,
      open: true,
      upUntil: 0,
      downUntil: 0,
      queued: 0,
      unconfirmed: new Map(),
    };
    this.#connections.add(connection);
    this.onBroken(connection.life.name);
    this.figures.connections += 1;
    for (const { topic } of given.settings.subscriptions) {
      if (topic.startsWith('$share/')) continue;
      for (const [name, payload] of this.#retained)
        if (matches(topic, name)) this.#deliver(connection, { topic: name, payload, retained: true });
    }
    return connection;
  }

  /** A client says goodbye: its will is not published. */
  disconnect(connection: Connection): void {
    connection.open = false;
    this.#connections.delete(connection);
    failUnconfirmed(connection);
  }

  /** Its computer or its program is gone: the broker notices after a while and publishes its will. */
  abandon(connection: Connection): void {
    connection.open = false;
    connection.unconfirmed.clear();
    this.#timeline.after(this.#dice.chance(0.7) ? 20 : keepaliveMs, null, () => {
      if (this.#connections.delete(connection)) this.#publishWill(connection);
    });
  }

  publish(
    connection: Connection,
    { topic, payload, options }: { topic: string; payload: Uint8Array; options: PublishOptions },
    confirmed: () => void,
    failed: (failure: LinkFailure) => void,
  ): void {
    const { path, dice } = connection;
    this.onSent(connection.life.name, topic, payload);
    this.figures.published += 1;
    this.figures.publishedBytes += payload.length;
    if (options.qos > 0) connection.unconfirmed.set(failed, payload.length);
    if (path.swallowing || dice.chance(path.weather.lost)) {
      this.#trace(connection.life.name, 'lost on its way', payload.length, () => topic);
      return;
    }
    const arrival = this.#travel(connection, payload.length, 'upUntil');
    this.#timeline.after(arrival - this.#timeline.now, null, () => {
      if (!this.#connections.has(connection) || path.swallowing) return;
      if (this.#isTooLarge(topic, payload)) {
        this.#trace('broker', 'takes no message so large', payload.length, () => topic);
        if (options.qos > 0) this.#break(connection, true, this.#sizes?.how);
        return;
      }
      if (options.qos > 0) this.#confirm(connection, confirmed, failed);
      if (options.retain === true) {
        if (payload.length === 0) this.#retained.delete(topic);
        else this.#retained.set(topic, payload);
      }
      if (dice.chance(path.weather.forgotten)) {
        this.#trace('broker', 'forgets', payload.length, () => topic);
        return;
      }
      this.#route({ topic, payload, retained: false });
    });
  }

  /** Somebody else who is connected to the broker hands it a message. */
  hand(who: string, message: LinkMessage): void {
    this.#timeline.after(20, null, () => {
      if (!this.#up) return;
      this.#trace(who, 'sends', message.payload.length, () => described(message));
      const { topic, payload, retained } = message;
      if (retained) this.#retained.set(topic, payload);
      this.#route({ topic, payload, retained: false });
    });
  }

  #confirm(connection: Connection, confirmed: () => void, failed: (failure: LinkFailure) => void): void {
    const arrival = this.#travel(connection, 4, 'downUntil');
    this.#timeline.after(arrival - this.#timeline.now, connection.life, () => {
      if (!connection.unconfirmed.delete(failed) || connection.path.swallowing) return;
      confirmed();
    });
  }

  #route(message: LinkMessage): void {
    const shared = new Map<string, Connection[]>();
    for (const connection of this.#connections)
      for (const { topic } of connection.settings.subscriptions) {
        if (!topic.startsWith('$share/')) {
          if (matches(topic, message.topic)) this.#deliver(connection, message);
          continue;
        }
        const [, group = '', ...rest] = topic.split('/');
        if (matches(rest.join('/'), message.topic))
          shared.set(group, [...(shared.get(group) ?? []), connection]);
      }
    for (const members of shared.values()) this.#deliver(this.#dice.pick(members), message);
  }

  #deliver(connection: Connection, message: LinkMessage): void {
    const { path, dice } = connection;
    const { weather } = path;
    if (connection.queued >= mostQueued || path.swallowing || dice.chance(weather.lost)) {
      this.#trace('broker', 'lost on its way', message.payload.length, () => message.topic);
      return;
    }
    const times = dice.chance(weather.doubled) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      let wait = this.#travel(connection, message.payload.length, 'downUntil') - this.#timeline.now;
      if (time > 0 || dice.chance(weather.late)) wait += dice.between(1, 8) * weather.delay[1];
      connection.queued += 1;
      this.figures.mostQueued = Math.max(this.figures.mostQueued, connection.queued);
      this.#timeline.after(wait, null, () => {
        connection.queued -= 1;
        const { life, events, open } = connection;
        if (!open || !life.alive || path.swallowing) return;
        this.figures.delivered += 1;
        this.#trace(life.name, 'gets', message.payload.length, () => described(message));
        this.onHeard(life.name, message.topic, message.payload);
        life.run(() => {
          life.boundary();
          events.onMessage(message);
        });
      });
    }
  }

  /** When something that is sent now arrives. */
  #travel(connection: Connection, bytes: number, until: 'upUntil' | 'downUntil'): number {
    const { delay, bytesPerMs } = connection.path.weather;
    const [least, most] = delay;
    const start = Math.max(
      this.#timeline.now,
      bytesPerMs === Number.POSITIVE_INFINITY ? 0 : connection[until],
    );
    const arrival = Math.max(
      connection[until] + 0.01,
      start + bytes / bytesPerMs + least + connection.dice.fraction() * (most - least),
    );
    connection[until] = arrival;
    return arrival;
  }

  /** @param how as which it shows that the largest message on its way was too large */
  #break(connection: Connection, brokerLives: boolean, how: SizeLimit['how'] | null = null): void {
    if (!this.#connections.delete(connection)) return;
    this.#trace(connection.life.name, 'connection broke', connection.unconfirmed.size);
    connection.open = false;
    if (brokerLives) this.#publishWill(connection);
    failUnconfirmed(connection, how === 'announced' ? null : how);
    connection.life.run(() => connection.onClosed(lostConnection));
  }

  #publishWill({ settings: { will } }: Connection): void {
    this.#retained.set(will.topic, will.payload);
    if (this.#up) this.#route({ topic: will.topic, payload: will.payload, retained: false });
  }

  #trace(who: string, what: string, figure: number, detail?: () => string): void {
    this.#timeline.trace.add(this.#timeline.now, who, what, figure, detail);
  }
}

function failUnconfirmed(connection: Connection, how: 'said' | 'perhaps' | null = null): void {
  const failures = [...connection.unconfirmed];
  connection.unconfirmed.clear();
  const largest = Math.max(...failures.map(([, size]) => size));
  for (const [fail, size] of failures)
    fail(how !== null && size === largest ? { ...lostConnection, tooLarge: how } : lostConnection);
}

const known = new Map<string, boolean>();

function matches(filter: string, topic: string): boolean {
  const key = `${filter} ${topic}`;
  let found = known.get(key);
  if (found === undefined) {
    found = matchesAnew(filter, topic);
    known.set(key, found);
  }
  return found;
}

function matchesAnew(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const parts = topic.split('/');
  for (const [index, part] of wanted.entries()) {
    if (part === '#') return true;
    if (part !== '+' && part !== parts[index]) return false;
  }
  return wanted.length === parts.length;
}

/** What a program holds in its hands: connects, and tries again, until it is closed. */
class SimulatedLink implements Link {
  readonly #network: Network;
  readonly #given: { life: Life; path: Path; dice: Dice; settings: LinkSettings; events: LinkEvents };
  #wanted = false;
  #connection: Connection | null = null;
  #attempting = false;
  #failures = 0;

  constructor(
    network: Network,
    given: { life: Life; path: Path; dice: Dice; settings: LinkSettings; events: LinkEvents },
  ) {
    this.#network = network;
    this.#given = given;
    given.life.onEnd(() => {
      this.#wanted = false;
      if (this.#connection !== null) network.abandon(this.#connection);
      this.#connection = null;
    });
  }

  get connected(): boolean {
    return this.#connection !== null;
  }

  get packetLimit(): number | undefined {
    return this.connected ? this.#network.packetLimit : undefined;
  }

  open(): void {
    this.#wanted = true;
    if (this.#connection === null) this.#attempt(1);
  }

  close(): Promise<void> {
    this.#wanted = false;
    this.#failures = 0;
    const connection = this.#connection;
    this.#connection = null;
    if (connection !== null) {
      this.#network.disconnect(connection);
      this.#given.events.onDown(null);
    }
    return Promise.resolve();
  }

  publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void> {
    const { life } = this.#given;
    if (!life.alive) return new Promise(() => undefined);
    life.boundary();
    const connection = this.#connection;
    if (connection === null) return Promise.reject(new Error('The link is down'));
    const { trace, now } = life.timeline;
    trace.add(now, life.name, 'sends', payload.length, () => described({ topic, payload, retained: false }));
    const taken = new Promise<void>((resolve, reject) => {
      this.#network.publish(
        connection,
        { topic, payload, options },
        () => {
          if (life.alive) resolve();
        },
        (failure) => {
          if (life.alive) reject(new LinkError(failure));
        },
      );
      if (options.qos === 0) resolve();
    });
    life.boundary();
    return taken;
  }

  #attempt(wait: number): void {
    if (this.#attempting) return;
    this.#attempting = true;
    const { life, path, dice, settings, events } = this.#given;
    const [, slowest] = path.weather.delay;
    life.environment.after(wait + 2 * slowest, () => {
      this.#attempting = false;
      if (!this.#wanted || this.#connection !== null) return;
      if (!this.#network.canConnect(path)) {
        events.onFailure(unreachable);
        this.#attempt(waitBeforeAttempt(this.#failures, pace, dice.fraction()));
        this.#failures += 1;
        return;
      }
      this.#failures = 0;
      life.timeline.trace.add(life.timeline.now, life.name, 'connected', 0);
      const onClosed = (reason: LinkFailure | null): void => {
        this.#connection = null;
        if (!life.alive) return;
        events.onDown(reason);
        if (this.#wanted) this.#attempt(waitBeforeAttempt(0, pace, dice.fraction()));
      };
      this.#connection = this.#network.connect({ life, path, dice, settings, events, onClosed });
      events.onUp();
    });
  }
}
