import type { Environment, LinkMessage } from '#shared/ports.ts';
import { decodePresence } from '#shared/sync/frame.ts';
import { gatewayPresence } from '#shared/sync/topics.ts';
import type { ShoreStore } from '../store/shore-store.ts';

const prefix = gatewayPresence('');

export interface OtherGatewaysDependencies {
  environment: Environment;
  store: Pick<ShoreStore, 'releaseSender'>;
  gateway: string;
  /** The broker says of this very gateway that it is gone: of an earlier connection, given up only now. */
  onSaidGone(): void;
  /** Ships that another one sent to are anybody's. */
  onReleased(): void;
}

/** Hears of gateways that are gone, by goodbye or by the broker's word: what they had a right to is taken over at once. */
export class OtherGateways {
  readonly #dependencies: OtherGatewaysDependencies;

  constructor(dependencies: OtherGatewaysDependencies) {
    this.#dependencies = dependencies;
  }

  /** @returns whether it was word of a gateway */
  take({ topic, payload }: LinkMessage): boolean {
    if (!topic.startsWith(prefix)) return false;
    if (isGone(payload)) this.#onGone(topic.slice(prefix.length));
    return true;
  }

  #onGone(name: string): void {
    const { gateway, environment, store, onSaidGone, onReleased } = this.#dependencies;
    if (name === gateway) {
      onSaidGone();
      return;
    }
    store
      .releaseSender(name)
      .then(onReleased)
      .catch((error: unknown) =>
        environment.log.warn(
          { err: error, gateway: name },
          'the ships of a gateway could not be taken over; its right to them ends within a minute',
        ),
      );
  }
}

/** What cannot be read says nothing. */
function isGone(presence: Uint8Array): boolean {
  if (presence.length === 0) return false;
  try {
    return !decodePresence(presence).online;
  } catch {
    return false;
  }
}
