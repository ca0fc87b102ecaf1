import type { Cancel, Environment, LinkMessage } from '#shared/ports.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { ShoreStore } from '../store/shore-store.ts';

export interface SenderGateDependencies {
  store: Pick<ShoreStore, 'originStanding'>;
  environment: Environment;
  /** Handles a message once more, as if it had just come. */
  again(vesselId: string, message: LinkMessage): void;
  /** No hello came behind what this computer sent: it may not know that it has to say one (this database was put back). */
  askForHello(vesselId: string, sender: Sender): void;
}

/** How long it is remembered that an origin is not let in. Whoever is told of a decision asks sooner. */
const heldForMs = 30_000;
/** For so long whoever was asked for a hello is not asked again. */
const askedForMs = 10_000;
/** Of one vessel; beyond these all are asked for anew. */
const mostRemembered = 1_000;

/**
 * A message may come before the hello that says whose it is, through another gateway: it is tried again after so many
 * milliseconds each, and then let go. Its sender has it, and sends it again.
 */
const triedAfterMs = [250, 1_000, 3_000];
/** Messages, and bytes of them, that wait for a hello at a time. */
const mostEarly = 64;
const mostEarlyBytes = 4 * 1024 * 1024;

/** Whose a message is. */
export interface Sender {
  origin: Origin;
  /** Of the batch that it is; null for other messages. */
  attempt: number | null;
}

interface Early {
  vesselId: string;
  message: LinkMessage;
  cancel: Cancel;
}

/**
 * Keeps out what comes from computers that were not let in: those that wait for the office, those that it refused, and
 * those whose hello nobody has judged yet. What was let in once costs no question of the database.
 */
export class SenderGate {
  readonly #dependencies: SenderGateDependencies;
  readonly #letIn = new Map<string, Set<Origin>>();
  /** Until when, by the monotonic clock, each is known to be kept out. */
  readonly #kept = new Map<string, Map<Origin, number>>();
  readonly #early = new Set<Early>();
  /** How often a message was tried. */
  readonly #tries = new WeakMap<LinkMessage, number>();
  #earlyBytes = 0;

  constructor(dependencies: SenderGateDependencies) {
    this.#dependencies = dependencies;
  }

  /** @returns false for what is not to be taken now, and not to be answered */
  async lets(vesselId: string, sender: Sender, message: LinkMessage): Promise<boolean> {
    const { origin } = sender;
    if (this.#letIn.get(vesselId)?.has(origin) === true) return true;
    const now = this.#dependencies.environment.monotonic();
    if ((this.#kept.get(vesselId)?.get(origin) ?? 0) > now) return false;
    const standing = await this.#dependencies.store.originStanding(vesselId, origin);
    if (standing === 'known') this.onLetIn(vesselId, origin);
    else if (standing === 'held')
      remembered(this.#kept, vesselId, () => new Map<Origin, number>()).set(origin, now + heldForMs);
    else if (standing === 'unknown') this.#tryLater(vesselId, sender, message);
    return standing === 'known' || standing === 'first';
  }

  /** A hello of this computer was let in. */
  onLetIn(vesselId: string, origin: Origin): void {
    this.#kept.get(vesselId)?.delete(origin);
    remembered(this.#letIn, vesselId, () => new Set<Origin>()).add(origin);
  }

  /** The office has said something of this vessel's computers. */
  onDecided(vesselId: string): void {
    this.#kept.delete(vesselId);
  }

  close(): void {
    for (const early of Array.from(this.#early)) this.#take(early);
  }

  #tryLater(vesselId: string, sender: Sender, message: LinkMessage): void {
    const tries = this.#tries.get(message) ?? 0;
    const after = triedAfterMs[tries];
    const bytes = message.payload.length;
    if (after === undefined || this.#early.size >= mostEarly || this.#earlyBytes + bytes > mostEarlyBytes) {
      const until = this.#dependencies.environment.monotonic() + askedForMs;
      remembered(this.#kept, vesselId, () => new Map<Origin, number>()).set(sender.origin, until);
      this.#dependencies.askForHello(vesselId, sender);
      return;
    }
    this.#tries.set(message, tries + 1);
    this.#earlyBytes += bytes;
    const early: Early = {
      vesselId,
      message,
      cancel: this.#dependencies.environment.after(after, () => {
        this.#take(early);
        this.#dependencies.again(vesselId, message);
      }),
    };
    this.#early.add(early);
  }

  #take(early: Early): void {
    early.cancel();
    if (this.#early.delete(early)) this.#earlyBytes -= early.message.payload.length;
  }
}

/** What is remembered of a vessel; begun anew where that is too much. */
function remembered<T extends { size: number }>(of: Map<string, T>, vesselId: string, make: () => T): T {
  const known = of.get(vesselId);
  if (known !== undefined && known.size < mostRemembered) return known;
  const made = make();
  of.set(vesselId, made);
  return made;
}
