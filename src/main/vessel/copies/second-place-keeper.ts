import { isAbsolute, join, relative, resolve } from 'node:path';
import type { SecondPlace } from '#shared/contract/copies.ts';
import type { Environment } from '#shared/ports.ts';
import { ContractFailure } from '../contract-failure.ts';
import { momentOf } from '../storage/moment.ts';
import type { Storage } from '../storage/storage.ts';
import { copiesFolderName, type CopyOnDisk } from './copy-file.ts';
import { readCopiesSettings, writeCopiesSettings, type CopiesSettings } from './copies-settings.ts';
import type { CopyStep } from './copy-work.ts';
import type { Runner } from './runner.ts';

/** A stick that is out for less than this is nobody's trouble on every page. */
const toldAfterMs = 3 * 86_400_000;
const noteBeginning = 'The second place for copies';

export interface SecondPlaceDependencies {
  directory: string;
  vessel: string;
  mostBytes: number;
  environment: Environment;
  storage: Storage;
  runner: Runner;
}

/** The folder outside this computer's disk to which copies go too, and when it was last reached. */
export class SecondPlaceKeeper {
  readonly #dependencies: SecondPlaceDependencies;
  #settings: CopiesSettings;
  #trouble: string | null = null;

  constructor(dependencies: SecondPlaceDependencies) {
    this.#dependencies = dependencies;
    this.#settings = readCopiesSettings(dependencies.directory);
  }

  status(): SecondPlace | null {
    const { secondPlace: place } = this.#settings;
    if (place === null) return null;
    return {
      folder: place.folder,
      reachedAt: isoOf(place.reachedAt),
      newestAt: isoOf(place.newest?.at ?? null),
      trouble: this.#trouble,
    };
  }

  /** Whether the newest copy is to be taken there. */
  isDue(newest: CopyOnDisk | undefined): boolean {
    const { secondPlace: place } = this.#settings;
    return place !== null && newest !== undefined && place.newest?.name !== newest.name;
  }

  /** Whether something is on its way there, or hangs. */
  get isBusy(): boolean {
    return this.#dependencies.runner.isBusy;
  }

  get step(): CopyStep | null {
    return this.#dependencies.runner.step;
  }

  close(): Promise<void> {
    return this.#dependencies.runner.close();
  }

  /**
   * @throws {ContractFailure} for a folder that cannot be a second place
   */
  set(folder: string | null): void {
    const { directory, environment, storage } = this.#dependencies;
    if (folder !== null) {
      if (!isAbsolute(folder))
        throw new ContractFailure(
          'invalid_input',
          'Give the whole name of the folder, from its drive or its root on, e.g. E:\\ARUS or /media/stick.',
        );
      if (isWithin(resolve(directory), resolve(folder)))
        throw new ContractFailure(
          'invalid_input',
          "This folder lies where the ship's database lies. A second place is on another disk: a USB stick or a network drive.",
        );
    }
    if (folder !== null && folder === this.#settings.secondPlace?.folder) return;
    const mark = Buffer.from(environment.randomBytes(3)).toString('hex');
    const settings: CopiesSettings = {
      secondPlace:
        folder === null ? null : { folder, mark, setAt: environment.now(), reachedAt: null, newest: null },
    };
    writeCopiesSettings(directory, settings);
    this.#settings = settings;
    this.#trouble = null;
    storage.untell(noteBeginning);
  }

  /** Takes a copy there. Settles when it is there, or it is known that it is not. */
  async take({ name, bytes, at }: CopyOnDisk): Promise<void> {
    const { directory, vessel, mostBytes, environment, runner } = this.#dependencies;
    const { secondPlace: place } = this.#settings;
    if (place === null) return;
    const answer = await runner.run(
      {
        do: 'second',
        folder: join(directory, copiesFolderName),
        name,
        place: place.folder,
        mark: place.mark,
        isNew: place.reachedAt === null,
        vessel,
        mostBytes,
      },
      3 * bytes,
    );
    // Somebody may have set another one meanwhile.
    if (this.#settings.secondPlace?.mark !== place.mark) return;
    if (answer.ok) {
      const reached = { ...place, reachedAt: environment.now(), newest: { name, at } };
      this.#settings = { secondPlace: reached };
      this.#trouble = null;
      try {
        writeCopiesSettings(directory, this.#settings);
      } catch (cause) {
        environment.log.warn({ err: cause }, 'that the second place was reached could not be written down');
      }
    } else this.#trouble = troubleOf(place, answer.reason);
    this.#tell(place);
  }

  #tell({ reachedAt, setAt }: NonNullable<CopiesSettings['secondPlace']>): void {
    const { environment, storage } = this.#dependencies;
    if (this.#trouble === null || environment.now() - (reachedAt ?? setAt) < toldAfterMs)
      storage.untell(noteBeginning);
    else {
      storage.untell(noteBeginning);
      storage.tell(this.#trouble);
    }
  }
}

function troubleOf(
  { folder, reachedAt, setAt }: NonNullable<CopiesSettings['secondPlace']>,
  reason: string,
): string {
  const since =
    reachedAt === null
      ? `It has not been reached since it was set on ${momentOf(setAt)}.`
      : `It was last reached on ${momentOf(reachedAt)}.`;
  return `${noteBeginning} (${folder}) has not got the newest one: ${reason.replace(/\.$/, '')}. ${since} Copies on this computer go on.`;
}

function isWithin(folder: string, other: string): boolean {
  const way = relative(folder, other);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}

const isoOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
