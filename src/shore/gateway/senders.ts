import type { LinkMessage } from '#shared/ports.ts';
import type { Message, SealedBatch } from '#shared/sync/frame.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { Commits } from '../commits.ts';
import type { HelloVerdict } from '../ingest/validate-hello.ts';
import { IdentityMessages, type IdentityMessagesDependencies } from './identity-messages.ts';
import { isOfSender, senderOf } from './kinds.ts';
import { SenderGate, type SenderGateDependencies } from './sender-gate.ts';

type SendersDependencies = IdentityMessagesDependencies &
  Omit<SenderGateDependencies, 'askForHello'> &
  Pick<IdentityMessagesDependencies, 'store'> & { commits: Commits };

/** Whose messages are taken, and what those are told whose are not. */
export class Senders {
  readonly #gate: SenderGate;
  readonly #identityMessages: IdentityMessages;
  readonly #commits: Commits;

  constructor(dependencies: SendersDependencies) {
    this.#identityMessages = new IdentityMessages(dependencies);
    this.#commits = dependencies.commits;
    const askForHello: SenderGateDependencies['askForHello'] = (vesselId, sender) =>
      this.#identityMessages.askForHello(vesselId, sender);
    this.#gate = new SenderGate({ ...dependencies, askForHello });
  }

  /** @returns false for what is not to be taken now, and not to be answered */
  async let(vesselId: string, frame: Message | SealedBatch, message: LinkMessage): Promise<boolean> {
    return !isOfSender(frame) || this.#gate.lets(vesselId, senderOf(frame), message);
  }

  onLetIn(vesselId: string, origin: Origin): void {
    this.#gate.onLetIn(vesselId, origin);
  }

  onHeld({ identity, events }: Extract<HelloVerdict, { outcome: 'held' }>): void {
    this.#identityMessages.tell(identity);
    this.#commits.announce(events);
  }

  /** The office has said something of this vessel's computers, or there is one that it has to look at. */
  onMoved(vesselId: string): void {
    this.#gate.onDecided(vesselId);
    this.#identityMessages.onMoved(vesselId);
  }

  close(): void {
    this.#gate.close();
  }
}
