import { z } from 'zod';
import type { SyncStatus } from '#shared/contract/sync.ts';
import type { Message } from '#shared/sync/frame.ts';
import { furthestOf } from '#shared/sync/received-ranges.ts';
import { originName, type Origin } from '#shared/sync/causal-context.ts';
import type { IdentityMessage } from '#shared/sync/identity.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import type { Handshake } from './handshake.ts';
import { isAboutIdentity, noteOtherShip } from './other-ship.ts';

export interface IdentityDependencies {
  handshake: Pick<Handshake, 'say' | 'wait'>;
  /** Nothing else is sent, or waited for. */
  rest(): void;
  /** As after a connection has come to stand. */
  begin(): void;
  takeFrame(frame: Message): void;
  /** Says hello soon, and not too often. */
  askSoon(): void;
}

type Held = NonNullable<SyncStatus['identity']>;

const storedHeld = z.object({
  origin: originName,
  state: z.enum(['waiting', 'refused']),
  name: z.string(),
  knownAs: z.string(),
});

/** Messages that came before shore's first answer, and bytes of them, that are kept for after it. */
const mostEarly = 64;
const mostEarlyBytes = 2 * 1024 * 1024;

/**
 * Whether shore takes this computer for the ship that it says it is. Before shore's first answer to a hello nobody knows,
 * and nothing that comes for the ship is taken: it might be another ship's. Kept over restarts, for this computer's name
 * in the journals alone.
 */
export class Identity {
  readonly #store: VesselStore;
  readonly #dependencies: IdentityDependencies;
  #held: (Held & { origin: Origin }) | null;
  /** Under which name in the journals it was let in. */
  #letInAs: string | null;
  #early: Message[] = [];
  #earlyBytes = 0;

  constructor(store: VesselStore, dependencies: IdentityDependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
    const held = store.settings.get('identity_held');
    this.#held = held === null || held === '' ? null : storedHeld.parse(JSON.parse(held));
    this.#letInAs = store.settings.get('identity_let_in');
  }

  /** Why nothing is sent or taken, for people; null where it is not so. */
  get held(): Held | null {
    if (this.#held === null || this.#held.origin !== this.#store.own.origin) return null;
    const { state, name, knownAs } = this.#held;
    return { state, name, knownAs };
  }

  /** Shore has taken this computer for the ship. */
  get isLetIn(): boolean {
    return this.held === null && this.#letInAs === this.#store.own.origin;
  }

  /** Whether a message may be taken now. One that comes before shore's answer is kept for after it. */
  admits(frame: Message, bytes: number): boolean {
    if (this.isLetIn) return true;
    if (isAboutIdentity(frame, this.#store.own.origin)) {
      // Shore gives records to none that it has not let in.
      if (frame.kind === 'page' || frame.kind === 'base') this.onAnswer(false);
      return true;
    }
    this.#keepEarly(frame, bytes);
    return false;
  }

  /** The office's word on a computer that says it is this ship: this one, or another. */
  take(message: IdentityMessage): void {
    const { origin, state } = message;
    const { rest, handshake, askSoon } = this.#dependencies;
    if (origin !== this.#store.own.origin) {
      noteOtherShip(this.#store, message);
      // Shore wants to hear in a hello that this computer brings the journal of somebody whom it does not know.
      if (state === 'unknown' && furthestOf(this.#store.headOf(origin).received) > 0) askSoon();
    } else if (state === 'accepted' || state === 'unknown') handshake.say();
    else if (this.#isNews({ ...message, state })) {
      rest();
      // Asked again, ever more seldom, until shore answers.
      handshake.wait();
      this.#hold({ ...message, state });
    }
  }

  /** Shore has answered. @param isHello whether a hello: that alone ends that this computer is held back */
  onAnswer(isHello: boolean): void {
    const wasHeld = this.held !== null;
    if (wasHeld && !isHello) return;
    this.#letIn();
    if (wasHeld) this.#dependencies.begin();
    // What came before the answer was for this ship.
    const early = this.#early;
    this.#forgetEarly();
    for (const frame of early) this.#dependencies.takeFrame(frame);
  }

  /** One that is held back asks again, and says nothing else. */
  onUp(): void {
    if (this.held === null) this.#dependencies.begin();
    else this.#dependencies.handshake.say();
  }

  /** The connection is gone, and what came on it is sent again on the next. */
  onDown(): void {
    this.#forgetEarly();
  }

  #forgetEarly(): void {
    this.#early = [];
    this.#earlyBytes = 0;
  }

  #isNews({ state, name, knownAs }: Held): boolean {
    const { held } = this;
    return held?.state !== state || held.name !== name || held.knownAs !== knownAs;
  }

  #hold({ origin, state, name, knownAs }: Held & { origin: Origin }): void {
    this.#forgetEarly();
    this.#held = { origin, state, name, knownAs };
    this.#store.settings.set('identity_held', JSON.stringify(this.#held));
  }

  #letIn(): void {
    if (this.isLetIn) return;
    this.#held = null;
    this.#letInAs = this.#store.own.origin;
    this.#store.settings.set('identity_held', '');
    this.#store.settings.set('identity_let_in', this.#letInAs);
  }

  /** Beyond a limit shore sends it again. Nothing where this computer is held back. */
  #keepEarly(frame: Message, bytes: number): void {
    if (this.held !== null || this.#early.length >= mostEarly || this.#earlyBytes + bytes > mostEarlyBytes)
      return;
    this.#early.push(frame);
    this.#earlyBytes += bytes;
  }
}
