import { join } from 'node:path';
import type { CopiesList, CopyLine, CopyPreview } from '#shared/contract/copies.ts';
import type { Cancel, Environment, StartBeside } from '#shared/ports.ts';
import { ContractFailure } from '../contract-failure.ts';
import { copiesSentence } from '../storage/copies.ts';
import { readMark } from '../storage/database-mark.ts';
import { momentOf } from '../storage/moment.ts';
import type { Storage } from '../storage/storage.ts';
import {
  copiesFolderName,
  copiesIn,
  isChecked,
  kindOfName,
  newCopyName,
  removeCopy,
  removeLeavings,
  type CopyFacts,
  type CopyOnDisk,
} from './copy-file.ts';
import type { Comparison, CopyAnswer } from './copy-work.ts';
import { copiesToRemove, isDailyDue, nextDailyAt, type StandingCopy } from './kept-copies.ts';
import { requestRestore } from './restore-request.ts';
import { Runner } from './runner.ts';
import { SecondPlaceKeeper } from './second-place-keeper.ts';

/** So soon after the start it is looked what is to be done, and so often later; the screens come first. */
const beginAfterMs = 20_000;
const lookEveryMs = 10 * 60_000;
/** After an attempt that made none. */
const tryAgainMs = 3_600_000;
const dayMs = 86_400_000;
/** So long after the answer the node ends, so that the screen has it; ms. */
const restartAfterMs = 300;
/** Bytes of all copies on this computer together. */
const mostBytes = 4_000_000_000;
const noteBeginnings = ["No copy of the ship's database", "A copy of the ship's database"] as const;

/** What a node needs to make copies of its database. Left out, it makes none. */
export interface CopiesPorts {
  /** Runs `copy-work-program.ts`. */
  beside: StartBeside;
  /** Ends the node and starts it anew, at which a copy that was asked for takes its place. */
  restart: () => void;
}

export interface CopiesDependencies extends CopiesPorts {
  directory: string;
  database: string;
  vessel: string;
  environment: Environment;
  storage: Storage;
  /** Contents of attachments on board: how many, and how many of them shore lacks. */
  attachments: () => { files: number; onlyHere: number };
  onMoved: () => void;
}

/** Makes copies of the node's database, looks after them, and gives one back. Everything slow is done beside the node. */
export class Copies {
  readonly #dependencies: CopiesDependencies;
  readonly #folder: string;
  readonly #runner: Runner;
  readonly #second: SecondPlaceKeeper;
  #tick: Cancel | null = null;
  #trouble: string | null = null;
  /** By the monotonic clock: nothing is made by itself before. */
  #notBefore = 0;
  /** Copies of which the check failed; they are tried again at the next start. */
  readonly #unfit = new Set<string>();
  #isMaking = false;
  #isClosed = false;

  constructor(dependencies: CopiesDependencies) {
    this.#dependencies = dependencies;
    const { environment, directory, beside } = dependencies;
    this.#folder = join(directory, copiesFolderName);
    this.#runner = new Runner(environment, beside, dependencies.onMoved);
    // A drive that does not answer holds up nothing else.
    const runner = new Runner(environment, beside, dependencies.onMoved);
    this.#second = new SecondPlaceKeeper({ ...dependencies, mostBytes, runner });
  }

  start(): void {
    const { environment, storage } = this.#dependencies;
    storage.guard('removing what was left of copies', () => {
      const left = removeLeavings(this.#folder);
      if (left.length > 0) environment.log.warn({ left }, 'what was left of copies was removed');
    });
    this.#lookLater(beginAfterMs);
  }

  /** Ends what is under way; a copy that is not whole counts as none. Settles when nothing runs any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#tick?.();
    const { environment } = this.#dependencies;
    const ended = Promise.all([this.#runner.close(), this.#second.close()]);
    // A drive that does not answer is not waited for.
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    const cancel = environment.after(2_000, resolve);
    await Promise.race([ended, enough]);
    cancel();
  }

  list(): CopiesList {
    const { environment, attachments } = this.#dependencies;
    const copies = this.#copies();
    const now = environment.now();
    const nextAt = Math.max(nextDailyAt(copies.map(standing), now), now + this.#waitMs);
    return {
      folder: this.#folder,
      items: copies.map(lineOf),
      doing: this.#runner.step ?? this.#second.step,
      nextAt: new Date(nextAt).toISOString(),
      trouble: this.#trouble,
      attachments: attachments(),
      secondPlace: this.#second.status(),
    };
  }

  /** Begins a copy by hand. @throws {ContractFailure} where one is under way, or the database is damaged */
  make(): CopiesList {
    if (this.#dependencies.storage.isDamaged)
      throw new ContractFailure(
        'unavailable',
        "No copy was made: the ship's database is damaged, and a copy would be too. The copies that are there are kept.",
      );
    if (this.#isMaking)
      throw new ContractFailure(
        'unavailable',
        'A copy is being made already. It shows here when it is checked.',
        {
          retryable: true,
        },
      );
    void this.#make('hand');
    return this.list();
  }

  /** Looks at every byte of a copy and compares it with what is here. @throws {ContractFailure} */
  async preview(name: string): Promise<CopyPreview> {
    const copy = this.#checkedCopy(name);
    const { database } = this.#dependencies;
    const { facts, compared } = await this.#compare(copy, database);
    const known = compared ?? this.#lastKnown(facts);
    return {
      copy: lineOf({ ...copy, facts }),
      token: tokenOf(facts, known),
      here: {
        isReadable: compared !== null,
        orders: compared?.orders ?? null,
        lastChange: changeOf(compared?.lastChange ?? null),
      },
      since: { changes: known.changes, ashore: known.ashore, onlyHere: known.changes - known.ashore },
    };
  }

  /**
   * Asks for a copy to be put in the database's place, and for the node to start anew.
   * @param token of the preview: what was shown is what is done
   * @throws {ContractFailure} where it is not what was shown any more
   */
  async restore(name: string, token: string, by: string): Promise<void> {
    const { database, directory, environment, restart } = this.#dependencies;
    const { facts, compared } = await this.#compare(this.#checkedCopy(name), database);
    if (tokenOf(facts, compared ?? this.#lastKnown(facts)) !== token)
      throw new ContractFailure(
        'stale',
        'Nothing was done: something was written on this computer since you looked. Look again at what would change.',
      );
    requestRestore(directory, { name, sha256: facts.sha256, at: environment.now(), by });
    environment.log.warn({ name, by }, 'a copy is to be put in the place of the database');
    environment.after(restartAfterMs, restart);
  }

  /** @throws {ContractFailure} for a folder that cannot be one */
  setSecondPlace(folder: string | null): CopiesList {
    this.#second.set(folder);
    this.#lookLater(0);
    return this.list();
  }

  get #waitMs(): number {
    return Math.max(0, this.#notBefore - this.#dependencies.environment.monotonic());
  }

  #copies(): CopyOnDisk[] {
    try {
      return copiesIn(this.#folder);
    } catch (cause) {
      if (this.#dependencies.storage.note(cause, 'reading the copies') === null)
        this.#dependencies.environment.log.warn({ err: cause }, 'the folder of copies cannot be read');
      return [];
    }
  }

  #checkedCopy(name: string): CopyOnDisk & { facts: CopyFacts } {
    const copy = kindOfName(name) === null ? undefined : this.#copies().find((each) => each.name === name);
    if (copy === undefined)
      throw new ContractFailure('not_found', 'This copy is not there any more. Nothing was changed.');
    if (!isChecked(copy))
      throw new ContractFailure(
        'not_allowed',
        copy.trouble === null
          ? 'This copy has not been checked yet. Nothing was changed; try again in a few minutes.'
          : `This copy cannot be used. ${copy.trouble} Nothing was changed.`,
      );
    if (copy.facts.vessel !== this.#dependencies.vessel)
      throw new ContractFailure(
        'not_allowed',
        `This copy is of another ship (${copy.facts.vessel}). Nothing was changed.`,
      );
    return copy;
  }

  async #compare(
    copy: CopyOnDisk,
    database: string,
  ): Promise<{ facts: CopyFacts; compared: Comparison | null }> {
    const { name, bytes } = copy;
    const at = this.#dependencies.environment.now();
    const answer = await this.#runner.run(
      { do: 'compare', folder: this.#folder, name, database, at },
      2 * bytes,
    );
    if (answer.ok && answer.facts !== null) return { facts: answer.facts, compared: answer.compared ?? null };
    const reason = answer.ok ? '' : answer.reason;
    throw new ContractFailure('unavailable', `This copy cannot be used now. ${reason} Nothing was changed.`, {
      retryable: !answer.ok && answer.why === 'failed',
    });
  }

  /** For a database that cannot be read: by the mark that was left beside it. */
  #lastKnown(facts: CopyFacts): Comparison {
    const mark = readMark(this.#dependencies.directory);
    const nothing = { orders: 0, lastChange: null };
    if (mark === null) return { ...nothing, last: 0, changes: 0, ashore: 0 };
    const had = facts.held[mark.origin] ?? 0;
    return {
      ...nothing,
      last: mark.last,
      changes: Math.max(0, mark.last - had),
      ashore: Math.max(0, mark.acknowledged - had),
    };
  }

  #lookLater(milliseconds: number): void {
    if (this.#isClosed) return;
    this.#tick?.();
    this.#tick = this.#dependencies.environment.after(milliseconds, () => {
      this.#lookLater(lookEveryMs);
      void this.#goOn();
    });
  }

  /** Does one thing that is due; the next look does the next one. */
  async #goOn(): Promise<void> {
    if (this.#isClosed) return;
    const { environment, storage } = this.#dependencies;
    const copies = this.#copies();
    const newest = copies.find(isChecked);
    if (!this.#second.isBusy && newest !== undefined && this.#second.isDue(newest)) {
      void this.#second.take(newest).then(() => this.#dependencies.onMoved());
    }
    if (this.#runner.isBusy) return;
    const unchecked = copies.find(({ name, facts }) => facts === null && !this.#unfit.has(name));
    const now = environment.now();
    const isDue = isDailyDue(copies.map(standing), now) && this.#waitMs === 0 && !storage.isDamaged;
    const old = copies.filter(isChecked).filter(({ facts }) => !isWithinDay(facts.checkedAt, now));
    if (isDue) await this.#make('daily');
    else if (unchecked !== undefined) await this.#check(unchecked);
    else if (old.length === 0 || !(await this.#lookAt(old))) return;
    this.#dependencies.onMoved();
    this.#lookLater(0);
  }

  async #make(kind: 'daily' | 'hand'): Promise<void> {
    const { environment, storage, database } = this.#dependencies;
    const at = environment.now();
    const name = newCopyName(kind, at);
    this.#isMaking = true;
    const answer = await this.#runner.run(
      { do: 'make', database, folder: this.#folder, name, kind, at },
      // The journal is folded as well, which takes longer than to read it.
      10 * storage.status().bytes.database,
    );
    this.#isMaking = false;
    if (this.#isClosed) return;
    if (answer.ok) {
      environment.log.info({ name }, 'the database was copied, and the copy checked');
      this.#trouble = null;
      this.#notBefore = 0;
      for (const beginning of noteBeginnings) storage.untell(beginning);
      this.#letOldOnesGo(name);
    } else this.#onNone(answer);
    this.#dependencies.onMoved();
    if (kind === 'hand') this.#lookLater(0);
  }

  #onNone(answer: Extract<CopyAnswer, { ok: false }>): void {
    const { environment, storage, directory } = this.#dependencies;
    environment.log.error({ answer }, 'no copy of the database was made');
    this.#notBefore = environment.monotonic() + tryAgainMs;
    const words =
      answer.why === 'unfit'
        ? `${noteBeginnings[0]} was kept just now: it did not pass its check. ${answer.reason}`
        : `${noteBeginnings[0]} could be made. ${answer.reason}`;
    this.#trouble = `${words} The copies that are there are kept. ${copiesSentence(directory)}`;
    storage.untell(noteBeginnings[0]);
    storage.tell(this.#trouble);
  }

  #letOldOnesGo(latest: string): void {
    const { environment, storage } = this.#dependencies;
    storage.guard('letting old copies go', () => {
      for (const name of copiesToRemove(this.#copies().map(standing), { mostBytes }, latest)) {
        removeCopy(this.#folder, name);
        environment.log.info({ name }, 'an old copy of the database was let go');
      }
    });
  }

  async #check({ name, bytes }: CopyOnDisk): Promise<void> {
    const at = this.#dependencies.environment.now();
    const answer = await this.#runner.run({ do: 'check', folder: this.#folder, name, at }, 10 * bytes);
    if (answer.ok) return;
    this.#dependencies.environment.log.warn({ name, answer }, 'a copy did not pass its check');
    this.#unfit.add(name);
    // A replaced one may well be damaged: that is why it was replaced.
    if (answer.why === 'unfit' && kindOfName(name) !== 'replaced') this.#tellUnfit(name);
  }

  /** @returns whether it could be done */
  async #lookAt(copies: readonly CopyOnDisk[]): Promise<boolean> {
    const at = this.#dependencies.environment.now();
    const names = copies.map(({ name }) => name);
    const bytes = copies.reduce((sum, copy) => sum + copy.bytes, 0);
    const answer = await this.#runner.run({ do: 'look', folder: this.#folder, names, at }, 2 * bytes);
    if (!answer.ok) this.#dependencies.environment.log.warn({ answer }, 'the copies could not be looked at');
    for (const { name, trouble } of this.#copies())
      if (names.includes(name) && trouble !== null) this.#tellUnfit(name);
    return answer.ok;
  }

  #tellUnfit(name: string): void {
    const { storage, directory } = this.#dependencies;
    const copy = this.#copies().find((each) => each.name === name);
    if (copy === undefined) return;
    storage.untell(noteBeginnings[1]);
    storage.tell(
      `${noteBeginnings[1]}, of ${momentOf(copy.at)}, cannot be used any more. ${copy.trouble ?? ''} ${copiesSentence(directory)}`,
    );
  }
}

const isWithinDay = (at: number, now: number): boolean => now - at >= 0 && now - at < dayMs;

/** What is put in place is what was shown: this copy, over what had been written here. */
const tokenOf = ({ sha256 }: CopyFacts, { last }: Comparison): string => `${sha256}.${last}`;

const stateOf = (copy: CopyOnDisk): CopyLine['state'] =>
  copy.trouble !== null ? 'unfit' : copy.facts === null ? 'unchecked' : 'checked';

const standing = (copy: CopyOnDisk): StandingCopy => ({ ...copy, state: stateOf(copy) });

const changeOf = (change: CopyFacts['lastChange']): CopyPreview['here']['lastChange'] =>
  change === null ? null : { ...change, at: new Date(change.at).toISOString() };

function lineOf(copy: CopyOnDisk): CopyLine {
  const { name, kind, at, bytes, facts, trouble } = copy;
  const isRead = facts !== null && facts.sha256 !== '';
  return {
    name,
    kind,
    at: new Date(at).toISOString(),
    bytes,
    state: stateOf(copy),
    checkedAt: facts === null ? null : new Date(facts.checkedAt).toISOString(),
    trouble,
    contents: isRead
      ? {
          orders: facts.orders,
          records: facts.records,
          changes: facts.changes,
          lastChange: changeOf(facts.lastChange),
        }
      : null,
  };
}
