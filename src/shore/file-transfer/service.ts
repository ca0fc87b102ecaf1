import { v7 } from 'uuid';
import { PackageError } from '#shared/file-transfer/header.ts';
import {
  fingerprint,
  isSameKeys,
  keyText,
  keyTextLimit,
  officeName,
  parseKeyText,
  publicOf,
  type KeyCard,
} from '#shared/file-transfer/keys.ts';
import { makePackage } from '#shared/file-transfer/make-package.ts';
import { shownByLink, shownKeyOf, trustedCard } from '#shared/file-transfer/peer.ts';
import {
  packageLines,
  waitingIn,
  type FileTransferStatus,
  type ImportResult,
  type PackageLine,
} from '#shared/file-transfer/state.ts';
import { answersOf, takePart } from '#shared/file-transfer/take-part.ts';
import { whenIn } from '#shared/file-transfer/when.ts';
import type { Codec, PackageCrypto } from '#shared/ports.ts';
import { WireError } from '#shared/sync/frame.ts';
import { receivedToJson } from '#shared/sync/received-ranges.ts';
import type { Commits } from '../commits.ts';
import { ShoreFailure } from '../failure.ts';
import { lockOrRegisterVessel } from '../ingest/lock-or-register-vessel.ts';
import type { IngestDependencies } from '../ingest/ingest.ts';
import { keyChangedProblem, keyTakenProblem } from '../journal/problem-texts.ts';
import { pause, retryConflicts } from '../store/retry.ts';
import type { VesselHead } from '../store/shore-store.ts';
import { FileTransferStore } from './file-transfer-store.ts';
import { takeFrame } from './incoming.ts';
import { validateSender } from './validate-sender.ts';
import { outgoingFrames } from './outgoing.ts';

export interface FileTransferDependencies extends IngestDependencies {
  commits: Commits;
  codec: Codec;
  crypto: PackageCrypto;
  fileTransfer: FileTransferStore;
  version: string;
}

/** On board a batch is applied at a turn of the program that draws the screens. */
const changesPerBatch = 250;
const unknownVessel = (vesselId: string): ShoreFailure =>
  new ShoreFailure(
    'not_found',
    `${vesselId} is not known here. It becomes known with its first contact, or when its key is taken over.`,
  );

/** Files for ships and from them. Whichever gateway is asked: what it keeps is in the database. */
export class FileTransferService {
  readonly #dependencies: FileTransferDependencies;
  /** What is under way in this gateway, by vessel: one file after the other. */
  readonly #work = new Map<string, { kind: 'export' | 'import'; done: Promise<unknown> }>();

  constructor(dependencies: FileTransferDependencies) {
    this.#dependencies = dependencies;
  }

  async status(vesselId: string): Promise<FileTransferStatus> {
    const { crypto, store, fileTransfer } = this.#dependencies;
    const keys = publicOf(await fileTransfer.ownKeys());
    const vessel = await this.#vessel(vesselId);
    const { trusted, offered } = await fileTransfer.peer(vesselId);
    const shown = shownKeyOf(offered, crypto);
    const packages = fileTransfer.packages(vesselId);
    const { origin, acknowledged, last } = (await store.vessel(vesselId)) ?? vessel;
    return {
      own: { text: keyText({ of: officeName, keys }, crypto), fingerprint: fingerprint(keys, crypto) },
      peer: shownKeyOf(trusted, crypto),
      offered: offered === null || shown === null ? null : { ...shown, text: offered.text },
      waiting: waitingIn(await packages.list(100), { origin, acknowledged, last }),
      busy: this.#work.get(vesselId)?.kind ?? null,
      late: null,
      parcels: await packageLines(packages, vesselId, { made: 'down' }),
    };
  }

  /** The office's key, also for a ship that is not known yet. */
  async ownKey(): Promise<FileTransferStatus['own']> {
    const { crypto, fileTransfer } = this.#dependencies;
    const keys = publicOf(await fileTransfer.ownKeys());
    return { text: keyText({ of: officeName, keys }, crypto), fingerprint: fingerprint(keys, crypto) };
  }

  /** Makes a file of everything that the ship has not confirmed. `not_allowed` without the ship's key. */
  async export(vesselId: string, partBytes: number): Promise<PackageLine> {
    await this.#vessel(vesselId);
    const { crypto, fileTransfer } = this.#dependencies;
    const peer = trustedCard(await fileTransfer.peer(vesselId), crypto);
    if (peer === null)
      throw new ShoreFailure(
        'not_allowed',
        `The key of ${vesselId} is not known here, so no file can be made that only that ship can read. Take over the key that the ship sends, or let the link stand once.`,
      );
    const parcel = await this.#next(vesselId, 'export', () => this.#make(vesselId, peer, partBytes));
    const lines = await packageLines(fileTransfer.packages(vesselId), vesselId, { made: 'down' });
    const made = lines.find((each) => each.parcel === parcel);
    if (made === undefined) throw new Error(`The file ${parcel} was made and is not on the list`);
    return made;
  }

  /** A part that was made, to be saved. `not_found` where it is not kept any more. */
  async content(
    vesselId: string,
    parcel: string,
    part: number,
  ): Promise<{ name: string; bytes: Uint8Array }> {
    const packages = this.#dependencies.fileTransfer.packages(vesselId);
    const lines = await packageLines(packages, vesselId, { made: 'down' });
    const name = lines.find((each) => each.parcel === parcel)?.parts.find((each) => each.part === part)?.name;
    const bytes = name === undefined ? null : await packages.content(parcel, part);
    if (name !== undefined && bytes !== null) return { name, bytes };
    throw new ShoreFailure(
      'not_found',
      'This file is not kept any more: newer ones have been made, or the ship has answered it. Export once more.',
    );
  }

  /** Takes in a part of a ship's file, or shows the key that a file holds. */
  async import(vesselId: string, file: Uint8Array): Promise<ImportResult> {
    const key = await this.#keyIn(vesselId, file);
    if (key !== null) return key;
    await this.#vessel(vesselId);
    return this.#next(vesselId, 'import', () => this.#take(vesselId, file));
  }

  /** A person has compared the fingerprint and takes the ship's key over; the ship is known from then on. */
  async trust(vesselId: string, text: string, compared: string): Promise<FileTransferStatus> {
    const { crypto, fileTransfer, store, environment } = this.#dependencies;
    const card = this.#cardIn(vesselId, text);
    if (compared.replaceAll(/\D/g, '') !== fingerprint(card.keys, crypto).replaceAll(' ', ''))
      throw new ShoreFailure(
        'not_allowed',
        'The fingerprint is not that of this key, so it was not taken over. Ask on board to read out their own.',
      );
    const at = environment.now();
    const isAdmitted = await retryConflicts(
      environment,
      () => undefined,
      () =>
        store.transaction('acknowledge', async (tx) => {
          const vessel = await lockOrRegisterVessel(tx, this.#dependencies, vesselId);
          if (vessel !== null) await tx.concludeProblem(keyTakenProblem(vesselId, at));
          return vessel !== null;
        }),
    );
    if (!isAdmitted) throw new ShoreFailure('not_allowed', `${vesselId} is not a vessel of this office.`);
    await fileTransfer.notePeer(vesselId, {
      trusted: { text: keyText(card, crypto), how: 'hand', at },
      offered: null,
    });
    return this.status(vesselId);
  }

  /** A vessel showed its key over the link. @returns the office's, for it */
  async onKey(vesselId: string, text: string): Promise<string | null> {
    const { crypto, fileTransfer, store, environment } = this.#dependencies;
    const card = text.length > keyTextLimit ? null : parseKeyText(text, crypto);
    if (card?.of !== vesselId || (await store.vessel(vesselId)) === null) return null;
    const at = environment.now();
    const shown = shownByLink(await fileTransfer.peer(vesselId), text, at, crypto);
    if (shown.outcome === 'changed') await store.addProblems([keyChangedProblem(vesselId, at)]);
    const own = (await this.ownKey()).text;
    const { trusted, offered } = shown.keys;
    await fileTransfer.notePeer(vesselId, { trusted, offered, told: own });
    return own;
  }

  /** The office's key, where a vessel that has shown its own was told another: it shows its own again, and so confirms. */
  async keyToTell(vesselId: string): Promise<string | null> {
    const { trusted, told } = await this.#dependencies.fileTransfer.peer(vesselId);
    if (trusted === null || told === null) return null;
    const { text } = await this.ownKey();
    return told === text ? null : text;
  }

  /** Resolves when nothing is under way. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#work.values()].map(({ done }) => done));
  }

  async #make(vesselId: string, card: KeyCard, partBytes: number): Promise<string> {
    const { crypto, fileTransfer, store, environment, gateway, version } = this.#dependencies;
    const vessel = await this.#vessel(vesselId);
    const packages = fileTransfer.packages(vesselId);
    const madeAt = environment.now();
    const parcel = v7({ msecs: Math.max(0, madeAt), random: Uint8Array.from(environment.randomBytes(16)) });
    const { origin, acknowledged, last } = (await store.vessel(vesselId)) ?? vessel;
    await makePackage(
      {
        crypto,
        packages,
        own: await fileTransfer.ownKeys(),
        receiver: card.keys,
        pause: () => pause(environment, 0),
      },
      {
        vessel: vesselId,
        direction: 'down',
        by: gateway,
        program: version,
        madeAt,
        parcel,
        answers: await answersOf(packages),
        basis: { origin, acknowledged: receivedToJson(acknowledged), last },
      },
      partBytes,
      outgoingFrames({ ...this.#dependencies, changesPerBatch }, vesselId, await fileTransfer.peer(vesselId)),
    );
    return parcel;
  }

  async #take(vesselId: string, file: Uint8Array): Promise<ImportResult> {
    const { crypto, fileTransfer, environment } = this.#dependencies;
    try {
      const { outcome, message, fresh, missing } = await takePart(
        {
          crypto,
          packages: fileTransfer.packages(vesselId),
          vesselId,
          direction: 'up',
          own: await fileTransfer.ownKeys(),
          peer: trustedCard(await fileTransfer.peer(vesselId), crypto)?.keys ?? null,
          now: () => environment.now(),
          when: whenIn('UTC'),
          pause: () => pause(environment, 0),
          begin: (frames) => validateSender(this.#dependencies, vesselId, frames),
          takeFrame: (frame) => takeFrame(this.#dependencies, vesselId, frame),
        },
        file,
      );
      return { outcome, message, fresh, missing, key: null };
    } catch (error) {
      if (error instanceof PackageError) throw new ShoreFailure('invalid_input', error.message);
      if (error instanceof WireError)
        throw new ShoreFailure(
          'invalid_input',
          `This file has something that this gateway cannot read: ${error.message}. What came before it was taken in. Update the gateway and import it again.`,
        );
      throw error;
    }
  }

  async #keyIn(vesselId: string, file: Uint8Array): Promise<ImportResult | null> {
    const { crypto } = this.#dependencies;
    if (file.length > 1_000) return null;
    const card = parseKeyText(new TextDecoder().decode(file), crypto);
    if (card === null) return null;
    const { of } = this.#cardIn(vesselId, keyText(card, crypto));
    return {
      outcome: 'key',
      message: `This is the key of ${of}. Compare its fingerprint by voice before you take it over.`,
      fresh: 0,
      missing: [],
      key: { text: keyText(card, crypto), of, fingerprint: fingerprint(card.keys, crypto) },
    };
  }

  /** Whose key a text holds, and how it stands to the one that is trusted. */
  async readKey(
    vesselId: string,
    text: string,
  ): Promise<{ of: string; fingerprint: string; standing: 'first' | 'known' | 'changed' }> {
    const { crypto, fileTransfer } = this.#dependencies;
    const card = this.#cardIn(vesselId, text);
    const trusted = trustedCard(await fileTransfer.peer(vesselId), crypto);
    const standing = trusted === null ? 'first' : isSameKeys(trusted.keys, card.keys) ? 'known' : 'changed';
    return { of: card.of, fingerprint: fingerprint(card.keys, crypto), standing };
  }

  #cardIn(vesselId: string, text: string): KeyCard {
    const card = parseKeyText(text, this.#dependencies.crypto);
    if (card === null)
      throw new ShoreFailure(
        'invalid_input',
        'This is not a key, or a part of it was lost. Copy all of it, from arus-key-1 to the end.',
      );
    if (card.of === vesselId) return card;
    const whose = card.of === officeName ? 'the office itself' : card.of;
    throw new ShoreFailure('invalid_input', `This is the key of ${whose}, not of ${vesselId}.`);
  }

  async #vessel(vesselId: string): Promise<VesselHead> {
    const vessel = await this.#dependencies.store.vessel(vesselId);
    if (vessel === null) throw unknownVessel(vesselId);
    return vessel;
  }

  /** One file of a vessel after the other, within this gateway. */
  #next<T>(vesselId: string, kind: 'export' | 'import', work: () => Promise<T>): Promise<T> {
    const before = this.#work.get(vesselId)?.done ?? Promise.resolve();
    const next = before.then(work, work);
    const entry = { kind, done: next };
    this.#work.set(vesselId, entry);
    const forget = (): void => {
      if (this.#work.get(vesselId) === entry) this.#work.delete(vesselId);
    };
    next.then(forget, forget);
    return next;
  }
}
