import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { openFile, patiently, removeFile, renameFile, toWrite } from '#files/held-files.ts';
import { syncFolder } from '#files/whole-files.ts';

/** A file in the folder: a whole content, or a part of one. */
export interface ContentFile {
  sha256: string;
  isPart: boolean;
  /** ms since 1970. */
  changedAt: number;
}

const partSuffix = '.part';
const fileName = /^([0-9a-f]{64})(\.part)?$/;

/**
 * Contents as files, each under its SHA-256 and without an ending, so that nothing starts them. One that is still
 * coming bears another name: a crash leaves no half file under a name that counts.
 */
export class ContentFolder {
  readonly #directory: string;

  /** @param directory made when the first content comes */
  constructor(directory: string) {
    this.#directory = directory;
  }

  has(sha256: string): boolean {
    return existsSync(this.#whole(sha256));
  }

  hasPart(sha256: string): boolean {
    return existsSync(this.#part(sha256));
  }

  /** Bytes of a whole content. */
  sizeOf(sha256: string): number {
    return statSync(this.#whole(sha256)).size;
  }

  /** Puts bytes in their place in the part. They are on the disk when it returns. Throws with Node's code, e.g. `ENOSPC`. */
  write(sha256: string, offset: number, bytes: Uint8Array): void {
    mkdirSync(this.#directory, { recursive: true });
    // Without O_TRUNC and O_APPEND: what is there stays, and pieces come in any order.
    const file = openFile(this.#part(sha256), toWrite.inPlace);
    try {
      let written = 0;
      while (written < bytes.length)
        written += writeSync(file, bytes, written, bytes.length - written, offset + written);
      fdatasyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  /** The part's bytes, all of them. */
  readPart(sha256: string): Uint8Array {
    return patiently(() => readFileSync(this.#part(sha256)));
  }

  /** Gives the part the name under which it counts. */
  keep(sha256: string): void {
    renameFile(this.#part(sha256), this.#whole(sha256));
    syncFolder(this.#directory);
  }

  /** Bytes of a whole content from `offset` on; fewer than `length` at its end. */
  read(sha256: string, offset: number, length: number): Uint8Array {
    const file = openFile(this.#whole(sha256), 'r');
    try {
      const bytes = new Uint8Array(length);
      let count = 0;
      for (let read = -1; count < length && read !== 0; count += read)
        read = readSync(file, bytes, count, length - count, offset + count);
      return bytes.subarray(0, count);
    } finally {
      closeSync(file);
    }
  }

  removePart(sha256: string): void {
    removeFile(this.#part(sha256));
  }

  remove(sha256: string): void {
    removeFile(this.#whole(sha256));
    this.removePart(sha256);
  }

  files(): ContentFile[] {
    if (!existsSync(this.#directory)) return [];
    return readdirSync(this.#directory).flatMap((name) => {
      const match = fileName.exec(name);
      const info = statSync(join(this.#directory, name), { throwIfNoEntry: false });
      if (match?.[1] === undefined || info === undefined) return [];
      return [{ sha256: match[1], isPart: match[2] !== undefined, changedAt: info.mtimeMs }];
    });
  }

  #whole(sha256: string): string {
    return join(this.#directory, sha256);
  }

  #part(sha256: string): string {
    return join(this.#directory, sha256 + partSuffix);
  }
}

/** SHA-256 in hexadecimal digits. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
