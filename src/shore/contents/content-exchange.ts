import type { Cancel, Environment, PublishOptions, Qos } from '#shared/ports.ts';
import { encodeContent } from '#shared/sync/content/messages.ts';
import { topicOf } from '#shared/sync/topics.ts';
import type { Commits } from '../commits.ts';
import { answerContent, type ContentDependencies } from './answer-content.ts';

const sweepEveryMs = 6 * 3_600_000;
/** Contents that no attachment has are let go after this: whoever deleted one may want it back. */
const keptUnnamedMs = 24 * 3_600_000;

export interface ContentExchangeDependencies extends Omit<ContentDependencies, 'now'> {
  environment: Environment;
  commits: Commits;
  gateway: string;
  qos: Qos;
  publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void>;
}

/** Where a gateway takes contents from ships and gives them out, and lets go of those that nobody needs. */
export class ContentExchange {
  readonly #dependencies: ContentExchangeDependencies;
  #nextSweep: Cancel | null = null;
  #closed = false;

  constructor(dependencies: ContentExchangeDependencies) {
    this.#dependencies = dependencies;
  }

  /** The broker has us. */
  onUp(): void {
    if (this.#nextSweep === null) this.#sweep();
  }

  /** @throws WireError for what breaks the protocol */
  async take(vesselId: string, payload: Uint8Array): Promise<void> {
    const { environment, commits, store, gateway, qos, publish } = this.#dependencies;
    const dependencies = { ...this.#dependencies, now: () => environment.now() };
    const { replies, events, isNews } = await answerContent(dependencies, vesselId, payload);
    const topic = topicOf(vesselId, 'down', 'content');
    for (const reply of replies)
      publish(topic, encodeContent(reply), { qos }).catch((error: unknown) =>
        environment.log.debug(
          { err: error, vessel: vesselId },
          'a content could not be handed to the broker',
        ),
      );
    commits.announce(events);
    if (isNews) await store.transaction('acknowledge', (tx) => tx.notify({ gateway, events }));
  }

  close(): void {
    this.#closed = true;
    this.#nextSweep?.();
  }

  #sweep(): void {
    const { contents, environment } = this.#dependencies;
    if (this.#closed) return;
    this.#nextSweep = environment.after(sweepEveryMs, () => this.#sweep());
    contents.sweep(environment.now() - keptUnnamedMs).then(
      (count) => {
        if (count > 0)
          environment.log.info({ count }, 'contents that no attachment has any more were let go');
      },
      (error: unknown) =>
        environment.log.warn({ err: error }, 'contents that nobody needs could not be let go'),
    );
  }
}
