import type { Environment } from '#shared/ports.ts';
import { missingWithin, withSpan, isWhole } from '#shared/sync/content/byte-ranges.ts';
import { nothingReceived } from '#shared/sync/received-ranges.ts';
import { ContentTable, type StoredContent } from '../store/content-table.ts';
import type { WritableDatabase } from '../store/database.ts';
import { sha256Of, type ContentFolder } from './content-folder.ts';

/** Contents that no attachment has are let go after this: whoever deleted one may want it back. */
const keptUnnamedMs = 24 * 3_600_000;

/** How a content stands once all of it should be there. */
export type Finished = { outcome: 'kept' | 'incomplete' | 'damaged' };

/**
 * The contents of attachments on board: bytes in files, and what is held of them in the database, which is written
 * after the file and so never says too much.
 */
export class Contents {
  readonly table: ContentTable;
  readonly #folder: ContentFolder;
  readonly #environment: Environment;

  readonly #keepsAll: () => boolean;

  /** @param keepsAll whether another database than this one may need what no attachment of this one has */
  constructor(
    connection: WritableDatabase,
    folder: ContentFolder,
    environment: Environment,
    keepsAll: () => boolean = () => false,
  ) {
    this.#keepsAll = keepsAll;
    this.table = new ContentTable(connection);
    this.#folder = folder;
    this.#environment = environment;
  }

  get(sha256: string): StoredContent | null {
    return this.table.get(sha256);
  }

  /** What is held of it, or a new entry of which nothing is. A file that is gone is not held, whatever was noted. */
  begin(sha256: string, size: number): StoredContent {
    const known = this.table.get(sha256);
    const isThere =
      known !== null && (known.complete ? this.#folder.has(sha256) : this.#folder.hasPart(sha256));
    if (known !== null && known.size === size && isThere) return known;
    const begun: StoredContent = {
      sha256,
      size,
      received: nothingReceived,
      complete: false,
      ashore: known?.ashore ?? nothingReceived,
      isAshore: known?.isAshore ?? false,
      refused: null,
      wanted: known?.wanted ?? false,
      touchedAt: this.#environment.now(),
    };
    this.table.put(begun);
    return begun;
  }

  /**
   * Stores bytes of a content that was begun; they are on the disk when it returns. What is held already is passed over.
   * @throws with Node's code; where the disk is full nothing of the content is kept
   */
  write(content: StoredContent, offset: number, bytes: Uint8Array): StoredContent {
    if (content.complete) return content;
    const { sha256 } = content;
    let { received } = content;
    try {
      for (const part of missingWithin(received, { offset, length: bytes.length })) {
        const start = part.offset - offset;
        this.#folder.write(sha256, part.offset, bytes.subarray(start, start + part.length));
        received = withSpan(received, part);
      }
    } catch (cause) {
      this.discard(sha256);
      throw cause;
    }
    const written = { ...content, received, touchedAt: this.#environment.now() };
    this.table.put(written);
    return written;
  }

  /** Gives a content of which all is held its name, if it is what that says; what is not is dropped. */
  finish(sha256: string): Finished {
    const content = this.table.get(sha256);
    if (content === null) return { outcome: 'incomplete' };
    if (content.complete) return { outcome: 'kept' };
    if (!isWhole(content.received, content.size)) return { outcome: 'incomplete' };
    // A crash may have come between the name and the note of it.
    if (!this.#folder.has(sha256)) {
      const bytes = this.#folder.readPart(sha256);
      if (bytes.length !== content.size || sha256Of(bytes) !== sha256) {
        this.#folder.removePart(sha256);
        this.table.put({ ...content, received: nothingReceived });
        return { outcome: 'damaged' };
      }
      this.#folder.keep(sha256);
    }
    this.table.put({ ...content, complete: true, wanted: false, touchedAt: this.#environment.now() });
    return { outcome: 'kept' };
  }

  /** Bytes of a whole content; null where it is not held, its file gone included. */
  read(sha256: string, offset: number, length: number): Uint8Array | null {
    if (this.table.get(sha256)?.complete !== true) return null;
    try {
      return this.#folder.read(sha256, offset, length);
    } catch (cause) {
      this.#environment.log.warn({ err: cause, sha256 }, 'a content cannot be read');
      return null;
    }
  }

  /** Whether the file of a whole content is what its SHA-256 says. */
  isSound(sha256: string): boolean {
    const size = this.table.get(sha256)?.size ?? 0;
    const bytes = this.read(sha256, 0, size);
    return bytes !== null && sha256Of(bytes) === sha256;
  }

  /** Takes away what is held of a content. */
  discard(sha256: string): void {
    this.table.remove(sha256);
    this.#folder.remove(sha256);
  }

  /**
   * Notes whole files of which nothing is known, as after an older copy of the database was put in its place: the attachments
   * that have them may come back from shore, which may not have the files.
   */
  adopt(): void {
    for (const { sha256, isPart } of this.#folder.files()) {
      if (isPart || this.table.get(sha256) !== null) continue;
      const size = this.#folder.sizeOf(sha256);
      this.table.put({
        sha256,
        size,
        received: withSpan(nothingReceived, { offset: 0, length: size }),
        complete: true,
        ashore: nothingReceived,
        isAshore: false,
        refused: null,
        wanted: false,
        touchedAt: this.#environment.now(),
      });
    }
  }

  /**
   * Takes away what no attachment has any more and files of which nothing is known, and notes which files are gone.
   * @returns how many contents went
   */
  sweep(): number {
    const before = this.#environment.now() - keptUnnamedMs;
    const keepsAll = this.#keepsAll();
    const unnamed = keepsAll ? [] : this.table.unnamed(before);
    for (const sha256 of unnamed) this.discard(sha256);
    const files = this.#folder.files();
    for (const { sha256, changedAt } of files)
      if (!keepsAll && changedAt < before && this.table.get(sha256) === null) this.#folder.remove(sha256);
    const there = new Set(files.filter(({ isPart }) => !isPart).map(({ sha256 }) => sha256));
    for (const sha256 of this.table.whole()) {
      const content = there.has(sha256) ? null : this.table.get(sha256);
      if (content !== null) this.table.put({ ...content, complete: false, received: nothingReceived });
    }
    return unnamed.length;
  }
}
