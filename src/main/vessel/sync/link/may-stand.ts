import type { LinkGate } from '../../link-policy/gate.ts';
import type { Settings } from '../../store/settings.ts';
import type { LinkState } from './link-standing.ts';

/** Whether the link may stand: by what people said, by the link policy, and by the database that has to hold what comes. */
export class MayStand {
  readonly #settings: Settings;
  readonly #gate: LinkGate;
  #isEnabled: boolean;
  #isDamaged = false;

  constructor(settings: Settings, gate: LinkGate) {
    this.#settings = settings;
    this.#gate = gate;
    this.#isEnabled = settings.get('link_enabled') !== 'no';
  }

  /** Kept across restarts. */
  setEnabled(isEnabled: boolean): void {
    this.#settings.set('link_enabled', isEnabled ? 'yes' : 'no');
    this.#isEnabled = isEnabled;
  }

  /** Nothing that comes can be stored any more, and nothing that goes be ticked off. */
  onDamaged(): void {
    this.#isDamaged = true;
  }

  get now(): boolean {
    return this.#isEnabled && !this.#isDamaged && this.#gate.mayConnect;
  }

  /** What to say of a link that is not there. */
  get stateWithoutLink(): LinkState {
    if (this.#isDamaged) return 'offline';
    if (!this.#isEnabled) return 'closed';
    return this.#gate.mayConnect ? 'offline' : 'waiting';
  }
}
