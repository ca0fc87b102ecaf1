import { shipsDay } from '#shared/domain/ships-day.ts';
import {
  countedAs,
  headersOf,
  noBytes,
  type Bytes,
  type Counted,
  type Traffic,
} from '#shared/link-policy/traffic.ts';
import type { Cancel, Environment } from '#shared/ports.ts';
import type { CountedBytes, CountedTime, LinkCounts } from '../store/link-counts.ts';

/** What was counted is on disk so soon after: a power cut costs no more than this. */
const writeEveryMs = 30_000;

type Way = 'sent' | 'received';

export interface UsageMeterDependencies {
  environment: Environment;
  counts: LinkCounts;
  /** Ship's time, an IANA name. */
  timeZone: string;
  /** What went through the sockets; without it what messages carry is all that is counted. */
  traffic: (() => Traffic) | null;
  /** Something was counted. */
  onCounted(): void;
}

/**
 * Counts what goes over the link: what messages carry by lane, and what the sockets took beyond that (TLS, MQTT,
 * keepalive) as overhead. In memory, and written now and then: a message costs no write to the disk.
 */
export class UsageMeter {
  readonly #dependencies: UsageMeterDependencies;
  readonly #bytes = new Map<string, CountedBytes>();
  readonly #time = new Map<string, CountedTime>();
  #profile: string;
  /** Of the sockets' bytes, those that have been counted as one thing or the other. */
  #attributed = { sent: 0, received: 0 };
  #headers = { sent: 0, received: 0 };
  #onlineSince: number | null = null;
  #timer: Cancel | null = null;
  /** What the running month has on disk and in memory, by profile. */
  #month: { month: string; used: Map<string, Record<Counted, number>> } | null = null;

  constructor(dependencies: UsageMeterDependencies, profile: string) {
    this.#dependencies = dependencies;
    this.#profile = profile;
  }

  /** A message was handed to the link, or came from it. */
  message(way: Way, topic: string, bytes: number): void {
    this.#attributed[way] += bytes;
    this.#add(countedAs(topic), way, bytes);
    this.#writeLater();
    this.#dependencies.onCounted();
  }

  onUp(): void {
    this.#onlineSince ??= this.#dependencies.environment.monotonic();
    this.#timeOf(this.#day()).connections += 1;
    this.#writeLater();
  }

  onDown(): void {
    this.sample();
    this.#onlineSince = null;
  }

  /** From here on it is counted for another profile. */
  setProfile(profile: string): void {
    if (profile === this.#profile) return;
    this.sample();
    this.#profile = profile;
  }

  /** Bytes of the running month, both ways. */
  usedBy(profile: string): Bytes {
    return this.#monthNow().get(profile) ?? noBytes;
  }

  /** Counts what the sockets have taken since the last time, and how long the link has stood. */
  sample(): void {
    const { traffic, environment } = this.#dependencies;
    if (this.#onlineSince !== null) {
      const now = environment.monotonic();
      this.#timeOf(this.#day()).connectedMs += Math.round(now - this.#onlineSince);
      this.#onlineSince = now;
    }
    if (traffic === null) return;
    const total = traffic();
    const headers = headersOf(total);
    for (const way of ['sent', 'received'] as const) {
      // What was handed over and has not been written yet stands against what comes later.
      const rest = Math.max(0, total[way] - this.#attributed[way]);
      this.#attributed[way] += rest;
      this.#add('overhead', way, rest);
      this.#add('headers', way, headers[way] - this.#headers[way]);
    }
    this.#headers = headers;
  }

  /** Writes what was counted. What cannot be written, as on a full disk, is kept and written the next time. */
  write(): void {
    this.sample();
    if (this.#bytes.size === 0 && this.#time.size === 0) return;
    try {
      this.#dependencies.counts.add([...this.#bytes.values()], [...this.#time.values()]);
      this.#bytes.clear();
      this.#time.clear();
    } catch (cause) {
      this.#dependencies.environment.log.error(
        { err: cause },
        'what the link took could not be written down yet',
      );
    }
  }

  stop(): void {
    this.#timer?.();
    this.#timer = null;
    this.onDown();
    this.write();
  }

  #add(kind: Counted, way: Way, bytes: number): void {
    if (bytes === 0) return;
    const used = this.#monthNow();
    const month = used.get(this.#profile) ?? { ...noBytes };
    month[kind] += bytes;
    used.set(this.#profile, month);
    const day = this.#day();
    const key = `${day} ${this.#profile} ${kind}`;
    const row = this.#bytes.get(key) ?? { day, profile: this.#profile, counted: kind, sent: 0, received: 0 };
    row[way] += bytes;
    this.#bytes.set(key, row);
  }

  #timeOf(day: string): CountedTime {
    const key = `${day} ${this.#profile}`;
    const row = this.#time.get(key) ?? { day, profile: this.#profile, connectedMs: 0, connections: 0 };
    this.#time.set(key, row);
    return row;
  }

  #monthNow(): Map<string, Record<Counted, number>> {
    const month = this.#day().slice(0, 7);
    if (this.#month?.month === month) return this.#month.used;
    const used = new Map<string, Record<Counted, number>>();
    const rows = [...this.#dependencies.counts.bytesIn(month), ...this.#bytes.values()];
    for (const { day, profile, counted: kind, sent, received } of rows) {
      if (!day.startsWith(month)) continue;
      const sum = used.get(profile) ?? { ...noBytes };
      sum[kind] += sent + received;
      used.set(profile, sum);
    }
    this.#month = { month, used };
    return used;
  }

  #day(): string {
    return shipsDay(this.#dependencies.environment.now(), this.#dependencies.timeZone);
  }

  #writeLater(): void {
    this.#timer ??= this.#dependencies.environment.after(writeEveryMs, () => {
      this.#timer = null;
      const before = sumOf(this.#bytes);
      this.sample();
      if (sumOf(this.#bytes) !== before) this.#dependencies.onCounted();
      this.write();
      // Pings go on while nobody says anything.
      if (this.#onlineSince !== null && this.#dependencies.traffic !== null) this.#writeLater();
    });
  }
}

function sumOf(rows: ReadonlyMap<string, CountedBytes>): number {
  let sum = 0;
  for (const { sent, received } of rows.values()) sum += sent + received;
  return sum;
}
