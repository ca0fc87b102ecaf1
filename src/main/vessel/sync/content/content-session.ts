import type { Cancel, Environment } from '#shared/ports.ts';
import { decodeContent, encodeContent, type ContentMessage } from '#shared/sync/content/messages.ts';
import { WireError } from '#shared/sync/frame.ts';
import { topicOf } from '#shared/sync/topics.ts';
import type { Contents } from '../../attachments/contents.ts';
import { readPolicy } from '../../attachments/policy.ts';
import type { WaitingContents } from '../../store/content-table.ts';
import type { Committed, VesselStore } from '../../store/vessel-store.ts';
import { ContentFetcher } from './content-fetcher.ts';
import { ContentSender } from './content-sender.ts';

const sweepEveryMs = 6 * 3_600_000;

export interface ContentSessionDependencies {
  environment: Environment;
  contents: Contents;
  /** Hands a message to the link; rejects when it is down. */
  publish(topic: string, payload: Uint8Array): Promise<void>;
  /** Changes wait to be sent, which go before contents. */
  mustWait(): boolean;
  /** Whether the link policy lets contents go now, either way. */
  mayUse(): boolean;
  onDead(): void;
}

/** The contents of attachments on the link, both ways, and the broom for those that nobody needs any more. */
export class ContentSession {
  readonly #store: VesselStore;
  readonly #contents: Contents;
  readonly #sender: ContentSender;
  readonly #fetcher: ContentFetcher;
  readonly #mayUse: () => boolean;
  readonly #stopListening: () => void;
  #nextSweep: Cancel | null = null;

  constructor(store: VesselStore, dependencies: ContentSessionDependencies) {
    const { environment, contents, onDead } = dependencies;
    this.#store = store;
    this.#contents = contents;
    this.#mayUse = () => dependencies.mayUse();
    const common = {
      environment,
      contents,
      onDead,
      publish: (message: ContentMessage) =>
        dependencies.publish(topicOf(store.vesselId, 'up', 'content'), encodeContent(message)),
      onMoved: (sha256: string) => this.#announce(sha256),
      onTrouble: (sha256: string, reason: string) => this.#tell(sha256, reason),
    };
    this.#sender = new ContentSender({
      ...common,
      mustWait: () => !dependencies.mayUse() || dependencies.mustWait(),
    });
    this.#fetcher = new ContentFetcher({
      ...common,
      fetchUpTo: () => readPolicy(store.settings).fetchUpTo,
      mayAsk: () => dependencies.mayUse(),
    });
    this.#stopListening = store.onCommitted((committed) => this.#onCommitted(committed));
    this.#sweep(environment);
  }

  onUp(): void {
    this.#sender.onUp();
    this.#fetcher.onUp();
  }

  onDown(): void {
    this.#sender.onDown();
    this.#fetcher.onDown();
  }

  /** Something that may go now has still to go or to come. */
  get isBusy(): boolean {
    return this.#mayUse() && (this.#sender.isBusy || this.#fetcher.isBusy);
  }

  /** A gateway came up, a person asked, or the link policy is another: begins again from what both hold. */
  restart(): void {
    this.#sender.restart();
    this.#fetcher.restart();
  }

  /** What of attachments on board shore lacks. */
  waiting(): WaitingContents {
    return this.#contents.table.waiting();
  }

  /** A person wants something from shore. */
  onWanted(): void {
    this.#fetcher.restart();
  }

  /** Shore lacks what it had acknowledged: contents may be gone with it, and it is asked. */
  onShoreLost(): void {
    this.#contents.table.forgetAshore();
    this.#sender.restart();
  }

  isLacking(sha256: string): boolean {
    return this.#fetcher.isLacking(sha256);
  }

  /** @throws WireError for what is no message of contents */
  take(payload: Uint8Array): void {
    const message = decodeContent(payload);
    if (message.kind === 'held') this.#sender.onHeld(message);
    else if (message.kind === 'piece') this.#fetcher.onPiece(message);
    else if (message.kind === 'lacking') this.#fetcher.onLacking(message.sha256);
    else throw new WireError('malformed', `A message '${message.kind}' goes up, not down`);
  }

  close(): void {
    this.onDown();
    this.#stopListening();
    this.#nextSweep?.();
  }

  #onCommitted({ cause, records }: Committed): void {
    if (cause === 'sync' || !records.some(({ entity }) => this.#contents.table.isNamedByAny(entity))) return;
    this.#sender.poke();
    this.#fetcher.poke();
  }

  /** Screens that show an attachment with this content are told. */
  #announce(sha256: string): void {
    const records = this.#contents.table.namedBy(sha256);
    if (records.length > 0) this.#store.announce({ cause: 'sync', records, lanes: new Set() });
  }

  #tell(sha256: string, message: string): void {
    const [named] = this.#contents.table.namedBy(sha256);
    this.#store.problems.add({
      at: this.#store.environment.now(),
      code: 'attachment',
      message,
      entity: named?.entity ?? null,
      recordId: named?.recordId ?? null,
      number: null,
    });
  }

  #sweep(environment: Environment): void {
    try {
      const count = this.#contents.sweep();
      if (count > 0) environment.log.info({ count }, 'contents that no attachment has any more were let go');
    } catch (cause) {
      environment.log.warn({ err: cause }, 'contents that nobody needs could not be let go');
    }
    this.#nextSweep = environment.after(sweepEveryMs, () => this.#sweep(environment));
  }
}
