import type { Codec } from '#shared/ports.ts';
import type { Creation } from '#shared/sync/columns/record-references.ts';
import { openFrame, type Message } from '#shared/sync/frame.ts';

/**
 * Reads what passes on a link, as somebody who listens to all of it: records that a batch names by their creation are
 * known from the batches before.
 */
export class FrameReader {
  readonly #codec: Codec;
  readonly #created = new Map<string, string>();
  readonly #held: (creation: Creation) => string | null;

  /** @param held knows the records that the other end holds: of two journals under one name, which one counts */
  constructor(codec: Codec, held: (creation: Creation) => string | null = () => null) {
    this.#codec = codec;
    this.#held = held;
  }

  /** @throws WireError as `openFrame`; `unresolved` for a record that is not known */
  read(frame: Uint8Array, vessel: string): Message {
    const opened = openFrame(frame, vessel, this.#codec);
    const message =
      opened.kind === 'sealed'
        ? opened.open(opened.creations.map((creation) => this.#recordOf(creation)))
        : opened;
    this.learn(message);
    return message;
  }

  /** Remembers which records a message creates. */
  learn(message: Message): void {
    if (message.kind !== 'batch') return;
    for (const { origin, number, operation, recordId } of message.changes)
      if (operation === 'create') this.#created.set(`${origin} ${number}`, recordId);
  }

  #recordOf(creation: Creation): string | null {
    const { origin, number } = creation;
    return this.#held(creation) ?? this.#created.get(`${origin} ${number}`) ?? null;
  }
}
