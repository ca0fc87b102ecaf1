import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { codeOf } from '#files/held-files.ts';
import type { BrokerFile } from '#shared/contract/installation.ts';
import type { Environment } from '#shared/ports.ts';

/** A file that a person chose: what was in it then, whatever becomes of the stick that it lay on. */
export interface ChosenFile {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

/** Bytes; a chain of certificates is some ten thousand. */
const largestPem = 131_072;
/** More than a person chooses before saving; the oldest are forgotten. */
const mostFiles = 30;

const wanted: Readonly<Record<BrokerFile, { mark: string; words: string }>> = {
  ca: {
    mark: '-----BEGIN CERTIFICATE-----',
    words: 'no certificate in PEM form (-----BEGIN CERTIFICATE-----)',
  },
  cert: {
    mark: '-----BEGIN CERTIFICATE-----',
    words: 'no certificate in PEM form (-----BEGIN CERTIFICATE-----)',
  },
  key: { mark: 'PRIVATE KEY-----', words: 'no private key in PEM form (-----BEGIN PRIVATE KEY-----)' },
};

/** The file cannot be used; the message says why. */
export class FileRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FileRefused';
  }
}

/**
 * The text of a file, of so many bytes at most.
 * @throws {FileRefused}
 */
export function readChosen(path: string, most: number): string {
  const name = basename(path);
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch (error) {
    throw new FileRefused(`${name} cannot be opened (${codeOf(error) ?? String(error)}).`);
  }
  try {
    if (!fstatSync(handle).isFile()) throw new FileRefused(`${name} is not a file.`);
    const bytes = Buffer.alloc(most + 1);
    let length = 0;
    for (;;) {
      const got = readSync(handle, bytes, length, bytes.length - length, null);
      length += got;
      if (got === 0 || length > most) break;
    }
    if (length > most) throw new FileRefused(`${name} is too large to be the file that is asked for.`);
    return bytes.toString('utf8', 0, length);
  } catch (error) {
    if (error instanceof FileRefused) throw error;
    throw new FileRefused(`${name} cannot be read (${codeOf(error) ?? String(error)}).`);
  } finally {
    closeSync(handle);
  }
}

/** Files that were chosen since the app started, by an id that says nothing of where they lie. */
export class ChosenFiles {
  readonly #byId = new Map<string, ChosenFile>();
  readonly #randomBytes: Environment['randomBytes'];

  constructor({ randomBytes }: Pick<Environment, 'randomBytes'>) {
    this.#randomBytes = randomBytes;
  }

  get(id: string): ChosenFile | undefined {
    return this.#byId.get(id);
  }

  /** @throws {FileRefused} where it is not of that kind */
  take(path: string, kind: BrokerFile): ChosenFile {
    return this.keep(basename(path), readChosen(path, largestPem), kind);
  }

  /** @throws {FileRefused} */
  keep(name: string, text: string, kind: BrokerFile): ChosenFile {
    if (!text.includes(wanted[kind].mark)) throw new FileRefused(`${name} holds ${wanted[kind].words}.`);
    // A page may remember one of a run before this, which must not be taken for another.
    const file = { id: `chosen-${Buffer.from(this.#randomBytes(8)).toString('hex')}`, name, text };
    this.#byId.set(file.id, file);
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > mostFiles && oldest !== undefined) this.#byId.delete(oldest);
    return file;
  }
}
