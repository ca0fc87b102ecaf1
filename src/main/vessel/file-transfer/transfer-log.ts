import { z } from 'zod';
import { heldKey, type KnownKeys } from '#shared/file-transfer/peer.ts';
import { ackBody, type Ack } from '#shared/sync/frame.ts';
import { causalContextSchema, type CausalContext } from '#shared/sync/causal-context.ts';
import type { Settings } from '../store/settings.ts';

const keys = z.object({ trusted: heldKey.nullable(), offered: heldKey.nullable() });
const answers = z.record(z.string(), ackBody);

/** What the node keeps of files that travel by hand besides the files themselves. */
export class TransferLog {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** The office's keys. */
  get keys(): KnownKeys {
    return this.#read('by_hand_keys', keys) ?? { trusted: null, offered: null };
  }

  set keys(known: KnownKeys) {
    this.#settings.set('by_hand_keys', JSON.stringify(known));
  }

  /** Everything that shore holds of every origin, as its last file said; null before the first. */
  get shoreHolds(): CausalContext | null {
    return this.#read('by_hand_shore', causalContextSchema);
  }

  set shoreHolds(held: CausalContext) {
    this.#settings.set('by_hand_shore', JSON.stringify(held));
  }

  /** By origin: what the next file has to say of a journal of which this node holds another one. */
  get answers(): Readonly<Record<string, Ack>> {
    return this.#read('by_hand_answers', answers) ?? {};
  }

  set answers(acks: Readonly<Record<string, Ack>>) {
    this.#settings.set('by_hand_answers', JSON.stringify(acks));
  }

  /** Shore could not look up records that were named by their creation: ids are written out. */
  get writesIdsOut(): boolean {
    return this.#settings.get('by_hand_ids') === 'out';
  }

  noteUnresolved(): void {
    this.#settings.set('by_hand_ids', 'out');
  }

  /** The own key that shore has been told over the link and knows; null for none. */
  get told(): string | null {
    return this.#settings.get('by_hand_told');
  }

  set told(keyId: string) {
    this.#settings.set('by_hand_told', keyId);
  }

  #read<T>(name: 'by_hand_keys' | 'by_hand_shore' | 'by_hand_answers', shape: z.ZodType<T>): T | null {
    const text = this.#settings.get(name);
    return text === null ? null : shape.parse(JSON.parse(text));
  }
}
