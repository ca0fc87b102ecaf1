import { existsSync, rmdirSync, statfsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { codeOf, removeFile, renameFile } from '#files/held-files.ts';
import type { CopyToRestore } from '#shared/contract/installation.ts';
import { wordsOf } from '#shared/domain/names.ts';
import type { Environment, StartBeside } from '#shared/ports.ts';
import { databaseFileName } from '../store/database-file-name.ts';
import {
  copiesFolderName,
  draftOf,
  finishDraft,
  kindOfName,
  newCopyName,
  removeCopy,
  removeLeavings,
  writeFacts,
  type CopyFacts,
} from './copy-file.ts';
import type { CopyAnswer } from './copy-work.ts';
import { megabytes } from './no-room.ts';
import { dropRequest, readRequest, requestRestore } from './restore-request.ts';
import { Runner } from './runner.ts';

export interface BroughtCopyDependencies {
  /** Data directory of the node that is to be begun with the copy; need not be there. */
  directory: string;
  environment: Environment;
  beside: StartBeside;
}

interface Taken {
  /** Under which it lies among the copies, as a draft and then as one of them. */
  name: string;
  facts: CopyFacts;
  offered: CopyToRestore;
}

/**
 * A copy that a person brings to a computer on which there is no node yet. It is taken from its stick or disk when it is
 * chosen, whole and checked, and lies as a draft among the copies until it is put in place or left. At most one at a time.
 */
export class BroughtCopy {
  readonly #dependencies: BroughtCopyDependencies;
  #runner: Runner | null = null;
  #taken: Taken | null = null;
  #isPlaced = false;

  constructor(dependencies: BroughtCopyDependencies) {
    this.#dependencies = dependencies;
  }

  /** What was taken; null for nothing. */
  get taken(): CopyToRestore | null {
    return this.#taken?.offered ?? null;
  }

  /** Takes away what a program that was cut off left, before there were settings; for a start without a node. Never throws. */
  clear(): void {
    this.#quietly(() => {
      const request = readRequest(this.#dependencies.directory);
      if (request?.isBrought === true) removeCopy(this.#folder, request.name);
      dropRequest(this.#dependencies.directory);
      if (existsSync(this.#folder)) removeLeavings(this.#folder);
      this.#removeEmpty();
    });
  }

  /**
   * Takes a file over, in the place of what was taken before.
   * @returns why not, in words, where it will not do; what was taken before stays then
   */
  async take(file: string): Promise<CopyToRestore | string> {
    if (this.#runner !== null) return 'A copy is being read already.';
    const { environment, beside } = this.#dependencies;
    const known = basename(file);
    const name = this.#nameFor(known);
    const runner = new Runner(environment, beside, () => undefined);
    this.#runner = runner;
    const bytes = sizeOf(file);
    const work = { do: 'bring', file, folder: this.#folder, name, at: environment.now() } as const;
    // Read, written, read again and folded.
    const answer = await runner.run(work, 4 * bytes);
    this.#runner = null;
    await runner.close();
    if (!answer.ok || answer.facts === null || answer.facts === undefined) {
      this.#quietly(() => {
        for (const ending of ['', '-check.part']) removeFile(`${draftOf(this.#folder, name)}${ending}`);
        this.#removeEmpty();
      });
      environment.log.warn({ answer }, 'a file that was chosen to be gone back to was not taken');
      return wordsOfRefusal(wordsOf(known, 120), answer);
    }
    this.#drop();
    const { facts, asMade = 'none' } = answer;
    const { lastChange } = facts;
    const offered: CopyToRestore = {
      id: `copy-${Buffer.from(environment.randomBytes(8)).toString('hex')}`,
      file: wordsOf(known, 120),
      vessel: facts.vessel,
      name: facts.vesselName === null ? null : wordsOf(facts.vesselName, 80),
      madeAt: isoOf(facts.at),
      bytes: facts.bytes,
      orders: facts.orders,
      records: facts.records,
      changes: facts.changes,
      lastChange:
        lastChange === null
          ? null
          : {
              at: isoOf(lastChange.at),
              by: wordsOf(lastChange.by, 80),
              device: wordsOf(lastChange.device, 80),
            },
      asMade,
      isSomethingHere: existsSync(join(this.#dependencies.directory, databaseFileName)),
    };
    this.#taken = { name, facts, offered };
    return offered;
  }

  /** Ends the reading of a copy; where none is read, forgets the one that was taken. */
  async leave(): Promise<void> {
    if (this.#runner !== null) {
      await this.#runner.close();
      return;
    }
    this.#drop();
    this.#quietly(() => this.#removeEmpty());
  }

  /**
   * Makes what was taken a copy like any other, and asks the node to begin with it. Until then nothing counts.
   * @param by whose word it is, for people
   * @returns why it cannot be done, in words; null where it was
   */
  place(by: string): string | null {
    const taken = this.#taken;
    if (taken === null) return 'The copy has to be chosen again.';
    const { directory, environment } = this.#dependencies;
    const { name, facts } = taken;
    try {
      const { bavail, bsize } = statfsSync(this.#folder);
      if (bavail * bsize < facts.bytes)
        return `The disk has ${megabytes(bavail * bsize)} free, and ${megabytes(facts.bytes)} are needed to go back to the copy.`;
      if (!existsSync(draftOf(this.#folder, name)))
        return 'What was read of the copy is not there any more. Choose the copy again.';
      writeFacts(this.#folder, name, facts);
      // First, so that a start after a power cut knows whose it is.
      requestRestore(directory, { name, sha256: facts.sha256, at: environment.now(), by, isBrought: true });
      finishDraft(this.#folder, name);
      this.#isPlaced = true;
      return null;
    } catch (error) {
      this.takeBack();
      environment.log.warn({ err: error }, 'a copy from elsewhere could not be put among the copies');
      return `The copy cannot be put in its place (${codeOf(error) ?? String(error)}).`;
    }
  }

  /** The other way: nobody begins with it, and it is a draft again. Never throws. */
  takeBack(): void {
    const { name } = this.#taken ?? {};
    if (name === undefined) return;
    this.#quietly(() => dropRequest(this.#dependencies.directory));
    this.#quietly(() => {
      if (this.#isPlaced) renameFile(join(this.#folder, name), draftOf(this.#folder, name));
      this.#isPlaced = false;
    });
  }

  /** The node begins with it: it is no longer ours. */
  handOver(): void {
    this.#taken = null;
    this.#isPlaced = false;
  }

  get #folder(): string {
    return join(this.#dependencies.directory, copiesFolderName);
  }

  /** Its own where it says what copy it is; but never one by which another lies here, nor that of a replaced database, which would stay for good. */
  #nameFor(known: string): string {
    const kind = kindOfName(known);
    const isFree = (name: string): boolean =>
      !existsSync(join(this.#folder, name)) && !existsSync(draftOf(this.#folder, name));
    if (kind !== null && kind !== 'replaced' && isFree(known)) return known;
    return newCopyName('hand', this.#dependencies.environment.now());
  }

  #drop(): void {
    const { name } = this.#taken ?? {};
    this.#taken = null;
    if (name === undefined) return;
    this.#quietly(() => {
      removeFile(draftOf(this.#folder, name));
      if (this.#isPlaced) removeCopy(this.#folder, name);
    });
    this.#isPlaced = false;
  }

  /** Folders that were made for it alone. */
  #removeEmpty(): void {
    for (const folder of [this.#folder, this.#dependencies.directory])
      try {
        rmdirSync(folder);
      } catch {
        // There is something in it, or it is not there.
        return;
      }
  }

  #quietly(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#dependencies.environment.log.warn(
        { err: error },
        'what is left of a copy could not be taken away',
      );
    }
  }
}

/** Whoever reads the file says why that cannot be done. */
function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

/** Furthest moment that a date can be, ms. What a file from elsewhere says may be anything. */
const furthest = 8.64e15;
const isoOf = (at: number): string => new Date(Math.max(0, Math.min(furthest, at))).toISOString();

function wordsOfRefusal(file: string, answer: CopyAnswer): string {
  if (answer.ok) return `${file} was not taken.`;
  const { why, reason } = answer;
  const words: Readonly<Record<typeof why, string>> = {
    unfit: `${file} cannot be gone back to. ${reason}`,
    room: `${file} was not taken. ${reason}`,
    absent: `${file} was not taken. ${reason} Look whether the disk or stick is still in, and choose the copy again.`,
    failed: `${file} was not taken. ${reason}`,
  };
  return `${words[why]} Nothing was changed.`;
}
