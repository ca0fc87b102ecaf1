import type { NodeHistory } from '#shared/contract/node.ts';
import type { SyncStatus } from '#shared/contract/sync.ts';
import { dayOfHistory, History, type Fold } from '#shared/metrics/history.ts';
import type { Cancel, Environment } from '#shared/ports.ts';
import type { HostWatch } from './host-reading.ts';

const sampleEveryMs = 10_000;

/** How this node has done over the last day, in bounded memory, for its own screens; none of it leaves the ship. */
export class NodeMetrics {
  readonly #environment: Environment;
  readonly #status: () => SyncStatus;
  readonly #watch: HostWatch | null;
  readonly #history = new History(dayOfHistory, foldOf);
  readonly #since: number;
  #last: { at: number; sent: number; received: number } | null = null;
  #next: Cancel | null = null;

  /** @param watch left out where nobody hands one in: nothing is sampled then */
  constructor(environment: Environment, status: () => SyncStatus, watch: HostWatch | null) {
    this.#environment = environment;
    this.#status = status;
    this.#watch = watch;
    this.#since = environment.now();
    if (watch !== null) this.#sample(watch);
  }

  stop(): void {
    this.#next?.();
    this.#watch?.stop();
  }

  history(hours: number): NodeHistory {
    const monotonic = this.#environment.monotonic();
    const now = this.#environment.now();
    const { at, everyMs, series } = this.#history.read(monotonic, hours * 3_600_000);
    return {
      since: new Date(this.#since).toISOString(),
      now: new Date(now).toISOString(),
      everyMs,
      at: at.map((each) => Math.round(now - monotonic + each)),
      series,
    };
  }

  #sample(watch: HostWatch): void {
    this.#next = this.#environment.after(sampleEveryMs, () => this.#sample(watch));
    try {
      this.#history.add(this.#environment.monotonic(), { ...this.#sync(), ...watch.read() });
    } catch (cause) {
      this.#environment.log.warn({ err: cause }, 'a sample of the node’s figures failed');
    }
  }

  #sync(): Record<string, number | null> {
    const { queue, bytes, link } = this.#status();
    const at = this.#environment.monotonic();
    const last = this.#last;
    this.#last = { at, ...bytes };
    const seconds = last === null ? 0 : (at - last.at) / 1_000;
    const rate = (now: number, before: number): number | null =>
      seconds > 0 ? Math.max(0, now - before) / seconds : null;
    return {
      queue: queue.depth,
      attachmentBytes: queue.contents.bytes,
      oldestMs: queue.oldestAgeMs ?? 0,
      linkUp: link.state === 'online' ? 1 : 0,
      sentPerSecond: last === null ? null : rate(bytes.sent, last.sent),
      receivedPerSecond: last === null ? null : rate(bytes.received, last.received),
    };
  }
}

function foldOf(name: string): Fold {
  if (name === 'linkUp' || name === 'freeBytes') return 'least';
  return name.endsWith('PerSecond') ? 'mean' : 'most';
}
