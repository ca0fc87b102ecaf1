import type { Codec, Environment, PublishOptions, Qos } from '#shared/ports.ts';
import { CatchUp } from '#shared/sync/catch-up.ts';
import { encodeFrame, type Ack } from '#shared/sync/frame.ts';
import { topicOf } from '#shared/sync/topics.ts';
import type { Lacking } from '../ingest/take-hello.ts';
import type { ShoreStore } from '../store/shore-store.ts';

export interface CatchUpsDependencies {
  store: Pick<ShoreStore, 'entriesOf'>;
  environment: Environment;
  codec: Codec;
  qos: Qos;
  publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void>;
}

/** Gives vessels what their hello showed to be missing there: of other computers on board, and of shore's earlier lives. */
export class CatchUps {
  readonly #dependencies: CatchUpsDependencies;
  readonly #byVessel = new Map<string, CatchUp>();

  constructor(dependencies: CatchUpsDependencies) {
    this.#dependencies = dependencies;
  }

  onHello(vesselId: string, lacking: readonly Lacking[]): void {
    for (const { origin, theirs, ours, begin } of lacking)
      this.#for(vesselId).want(origin, theirs, ours, begin);
  }

  onAnswer(ack: Ack): void {
    this.#byVessel.get(ack.vessel)?.onAnswer(ack);
  }

  onGone(vesselId: string): void {
    this.#byVessel.get(vesselId)?.stop();
    this.#byVessel.delete(vesselId);
  }

  onDown(): void {
    for (const catchUp of this.#byVessel.values()) catchUp.stop();
    this.#byVessel.clear();
  }

  #for(vesselId: string): CatchUp {
    const known = this.#byVessel.get(vesselId);
    if (known !== undefined) return known;
    const { store, environment, codec, qos, publish } = this.#dependencies;
    const made = new CatchUp({
      environment,
      vesselId,
      entries: (origin, after, limit) => store.entriesOf(vesselId, origin, after, limit),
      send: (batch) => publish(topicOf(vesselId, 'down', batch.lane), encodeFrame(batch, codec), { qos }),
    });
    this.#byVessel.set(vesselId, made);
    return made;
  }
}
