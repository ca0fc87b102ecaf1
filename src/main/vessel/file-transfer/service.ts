import { v7 } from 'uuid';
import { PackageError } from '#shared/file-transfer/header.ts';
import {
  fingerprint,
  isSameKeys,
  keyId,
  keyText,
  keyTextLimit,
  officeName,
  parseKeyText,
  publicOf,
  type KeyCard,
  type OwnKeys,
} from '#shared/file-transfer/keys.ts';
import { makePackage } from '#shared/file-transfer/make-package.ts';
import { shownByLink, shownKeyOf, trustedCard } from '#shared/file-transfer/peer.ts';
import {
  packageLines,
  waitingIn,
  type FileTransferStatus,
  type ImportResult,
} from '#shared/file-transfer/state.ts';
import { answersOf, takePart } from '#shared/file-transfer/take-part.ts';
import { whenIn } from '#shared/file-transfer/when.ts';
import type { MethodOutput } from '#shared/contract/index.ts';
import type { Codec, PackageCrypto } from '#shared/ports.ts';
import { receivedToJson, nothingReceived } from '#shared/sync/received-ranges.ts';
import { WireError } from '#shared/sync/frame.ts';
import { ContractFailure } from '../contract-failure.ts';
import { SqlitePackageStore } from '../store/sqlite-package-store.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import { takeFrame } from './incoming.ts';
import type { FileTransferSession } from '../sync/link/take-file-transfer.ts';
import { TransferLog } from './transfer-log.ts';
import { outgoingFrames } from './outgoing.ts';
import { Uploads } from './uploads.ts';

/** What a node needs for files that travel by hand. */
export interface FileTransferPorts {
  crypto: PackageCrypto;
  /** This installation's own keys, kept beside its database and not in it. Asked once its folder is ours. */
  keys(): OwnKeys;
}

export interface FileTransferDependencies {
  crypto: PackageCrypto;
  keys: OwnKeys;
  store: VesselStore;
  codec: Codec;
  session: FileTransferSession;
  /** Something on the page has changed. */
  onMoved(): void;
}

export interface FileTransferOptions {
  vesselName: string;
  device: string;
  version: string;
  timeZone: string;
}

/** A call is answered after so long, done or not: what is left goes on, and the page is told. */
const patienceMs = 15_000;
const changesPerBatch = 1_000;
/** In parts that are small already, frames are small as well, so that parts are filled. */
const smallParts = { bytes: 250_000, changesPerBatch: 250 };

/** Files for the office and from it: one after the other, whoever asks. */
export class FileTransfer {
  readonly #dependencies: FileTransferDependencies;
  readonly #options: FileTransferOptions;
  readonly #packages: SqlitePackageStore;
  readonly #transferLog: TransferLog;
  readonly #uploads = new Uploads();
  #work: Promise<unknown> = Promise.resolve();
  #busy: FileTransferStatus['busy'] = null;
  #late: ImportResult | null = null;
  #closed = false;

  constructor(dependencies: FileTransferDependencies, options: FileTransferOptions) {
    this.#dependencies = dependencies;
    this.#options = options;
    this.#packages = new SqlitePackageStore(dependencies.store.connection, () => this.#pause());
    this.#transferLog = new TransferLog(dependencies.store.settings);
  }

  /** This node's key as text, for the office. */
  get ownText(): string {
    const { crypto, keys, store } = this.#dependencies;
    return keyText({ of: store.vesselId, keys: publicOf(keys) }, crypto);
  }

  async status(): Promise<FileTransferStatus> {
    const { crypto, keys, store } = this.#dependencies;
    const { trusted, offered } = this.#transferLog.keys;
    const shown = shownKeyOf(offered, crypto);
    const { origin, last } = store.own;
    const acknowledged = store.heads.acknowledged(origin) ?? nothingReceived;
    return {
      own: { text: this.ownText, fingerprint: fingerprint(publicOf(keys), crypto) },
      peer: shownKeyOf(trusted, crypto),
      offered: offered === null || shown === null ? null : { ...shown, text: offered.text },
      waiting: waitingIn(await this.#packages.list(100), { origin, acknowledged, last }),
      busy: this.#busy,
      late: this.#late,
      parcels: await packageLines(this.#packages, store.vesselId, { made: 'up' }),
    };
  }

  /** Makes a file of everything that shore has not confirmed. @throws ContractFailure without the office's key */
  async export(partBytes: number): Promise<MethodOutput<'byHand.export'>> {
    const { crypto } = this.#dependencies;
    const peer = trustedCard(this.#transferLog.keys, crypto);
    if (peer === null)
      throw new ContractFailure(
        'not_allowed',
        "The office's key is not known on board, so no file can be made that only the office can read. Import the key that the office sends, or let the link stand once.",
      );
    const made = this.#next('export', () => this.#make(peer, partBytes));
    const parcel = await this.#inTime(made);
    if (parcel === null) return { made: null };
    const { parcels } = await this.status();
    return { made: parcels.find((each) => each.parcel === parcel) ?? null };
  }

  async content(parcel: string, part: number, piece: number): Promise<MethodOutput<'byHand.content'>> {
    const found = this.#packages.piece(parcel, part, piece);
    if (found !== null) return { content: Buffer.from(found.bytes).toString('base64'), last: found.last };
    throw new ContractFailure(
      'not_found',
      'This file is not kept any more: newer ones have been made, or the office has answered it. Export once more.',
    );
  }

  upload(upload: string, piece: number, content: string): { bytes: number } {
    return { bytes: this.#uploads.add(upload, piece, Buffer.from(content, 'base64')) };
  }

  async import(upload: string): Promise<ImportResult> {
    const file = this.#uploads.take(upload);
    const key = this.#keyIn(file);
    if (key !== null) return key;
    this.#late = null;
    const taken = this.#next('import', () => this.#take(file));
    const result = await this.#inTime(taken, (late) => (this.#late = late));
    if (result !== null) return result;
    const message = 'The file is being taken in. You can go on working; it is said here when it is done.';
    return { outcome: 'working', message, fresh: 0, missing: [], key: null };
  }

  readKey(text: string): MethodOutput<'byHand.readKey'> {
    const { crypto } = this.#dependencies;
    const card = this.#cardIn(text);
    const trusted = trustedCard(this.#transferLog.keys, crypto);
    const standing = trusted === null ? 'first' : isSameKeys(trusted.keys, card.keys) ? 'known' : 'changed';
    return { of: card.of, fingerprint: fingerprint(card.keys, crypto), standing };
  }

  /** A person has compared the fingerprint and takes the key over. */
  trust(text: string, compared: string): Promise<FileTransferStatus> {
    const { crypto, store } = this.#dependencies;
    const card = this.#cardIn(text);
    if (compared.replaceAll(/\D/g, '') !== fingerprint(card.keys, crypto).replaceAll(' ', ''))
      throw new ContractFailure(
        'not_allowed',
        'The fingerprint is not that of this key, so it was not taken over. Ask the office to read out its own.',
      );
    const at = store.environment.now();
    this.#transferLog.keys = {
      trusted: { text: keyText(card, crypto), how: 'hand', at },
      offered: null,
    };
    store.problems.forget('key_changed');
    this.#dependencies.onMoved();
    return this.status();
  }

  /** The office's key came over the link. @returns whether it is another one: the office wants to know that it came */
  onKey(text: string): boolean {
    const { crypto, store, keys } = this.#dependencies;
    const card = text.length > keyTextLimit ? null : parseKeyText(text, crypto);
    if (card?.of !== officeName) return false;
    const shown = shownByLink(this.#transferLog.keys, text, store.environment.now(), crypto);
    // The office sends its own once it has heard ours.
    this.#transferLog.told = keyId(publicOf(keys), crypto);
    if (shown.outcome === 'known') return false;
    this.#transferLog.keys = shown.keys;
    if (shown.outcome === 'changed')
      store.problems.add({
        at: store.environment.now(),
        code: 'key_changed',
        message:
          'The office shows another key for files that travel by hand than the one known on board. Files are still checked with the known one. Compare the fingerprint by voice on the sync page, under Without a link, and take the new key over if it is right.',
        entity: null,
        recordId: null,
        number: null,
      });
    this.#dependencies.onMoved();
    return shown.outcome === 'changed';
  }

  /** This node's key, to be told to shore over the link; null where shore knows it. */
  get toTell(): string | null {
    const { crypto, keys } = this.#dependencies;
    return this.#transferLog.told === keyId(publicOf(keys), crypto) ? null : this.ownText;
  }

  /** Resolves when nothing is under way; what is left is begun again by importing the file again. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#work.catch(() => undefined);
  }

  async #make(peer: KeyCard, partBytes: number): Promise<string> {
    const { crypto, keys, store, codec, session } = this.#dependencies;
    const { vesselName, device, version } = this.#options;
    const { origin, last } = store.own;
    const madeAt = store.environment.now();
    const parcel = v7({
      msecs: Math.max(0, madeAt),
      random: Uint8Array.from(store.environment.randomBytes(16)),
    });
    const pause = (): Promise<void> => this.#pause();
    const frames = outgoingFrames({
      store,
      transferLog: this.#transferLog,
      codec,
      vesselName,
      changesPerBatch: partBytes < smallParts.bytes ? smallParts.changesPerBatch : changesPerBatch,
      isComplete: () => session.isComplete,
      pause,
    });
    const acknowledged = receivedToJson(store.heads.acknowledged(origin) ?? nothingReceived);
    await makePackage(
      { crypto, packages: this.#packages, own: keys, receiver: peer.keys, pause },
      {
        vessel: store.vesselId,
        direction: 'up',
        by: device,
        program: version,
        madeAt,
        parcel,
        answers: await answersOf(this.#packages),
        basis: { origin, acknowledged, last },
      },
      partBytes,
      frames,
    );
    return parcel;
  }

  async #take(file: Uint8Array): Promise<ImportResult> {
    const { crypto, keys, store, codec, session } = this.#dependencies;
    const pause = (): Promise<void> => this.#pause();
    const incoming = {
      store,
      transferLog: this.#transferLog,
      packages: this.#packages,
      codec,
      session,
      pause,
    };
    try {
      const taken = await takePart(
        {
          crypto,
          packages: this.#packages,
          vesselId: store.vesselId,
          direction: 'down',
          own: keys,
          peer: trustedCard(this.#transferLog.keys, crypto)?.keys ?? null,
          now: () => store.environment.now(),
          when: whenIn(this.#options.timeZone),
          pause,
          takeFrame: (frame, header) => takeFrame(incoming, frame, header),
        },
        file,
      );
      const { outcome, message, fresh, missing } = taken;
      return { outcome, message, fresh, missing, key: null };
    } catch (error) {
      if (error instanceof PackageError) throw new ContractFailure('invalid_input', error.message);
      if (error instanceof WireError)
        throw new ContractFailure(
          'invalid_input',
          `This file has something that this program cannot read: ${error.message}. What came before it was taken in. Update ARUS and import it again.`,
        );
      throw error;
    }
  }

  /** A file may be a key instead of changes. */
  #keyIn(file: Uint8Array): ImportResult | null {
    const { crypto } = this.#dependencies;
    if (file.length > 1_000) return null;
    const card = parseKeyText(new TextDecoder().decode(file), crypto);
    if (card === null) return null;
    const text = keyText(card, crypto);
    const { of, fingerprint: shown } = this.readKey(text);
    return {
      outcome: 'key',
      message: 'This is the key of the office. Compare its fingerprint by voice before you take it over.',
      fresh: 0,
      missing: [],
      key: { text, of, fingerprint: shown },
    };
  }

  #cardIn(text: string): KeyCard {
    const card = parseKeyText(text, this.#dependencies.crypto);
    if (card === null)
      throw new ContractFailure(
        'invalid_input',
        'This is not a key, or a part of it was lost. Copy all of it, from arus-key-1 to the end.',
      );
    if (card.of !== officeName)
      throw new ContractFailure(
        'invalid_input',
        `This is the key of ${card.of}, a ship. On board the key of the office is needed.`,
      );
    return card;
  }

  /** One piece of work after the other. */
  #next<T>(kind: 'export' | 'import', work: () => Promise<T>): Promise<T> {
    const run = async (): Promise<T> => {
      if (this.#closed) throw new ContractFailure('unavailable', 'ARUS is closing. Nothing was done.');
      this.#busy = kind;
      this.#dependencies.onMoved();
      try {
        return await work();
      } finally {
        this.#busy = null;
        if (!this.#closed) this.#dependencies.onMoved();
      }
    };
    const next = this.#work.then(run, run);
    this.#work = next.catch(() => undefined);
    return next;
  }

  /** What `work` resolves to, or null where that takes long: it goes on, and a failure of it is told as a problem. */
  #inTime<T>(work: Promise<T>, onLate: (value: T) => void = () => undefined): Promise<T | null> {
    const { environment, problems } = this.#dependencies.store;
    return new Promise((resolve, reject) => {
      let isLate = false;
      const cancel = environment.after(patienceMs, () => {
        isLate = true;
        resolve(null);
      });
      work.then(
        (value) => {
          cancel();
          resolve(value);
          if (isLate) onLate(value);
          if (isLate && !this.#closed) this.#dependencies.onMoved();
        },
        (error: unknown) => {
          cancel();
          reject(error instanceof Error ? error : new Error(String(error)));
          if (!isLate) return;
          environment.log.error({ err: error }, 'a file that travels by hand could not be made or taken in');
          problems.add({
            at: environment.now(),
            code: 'by_hand',
            message: error instanceof Error ? error.message : String(error),
            entity: null,
            recordId: null,
            number: null,
          });
        },
      );
    });
  }

  #pause(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#dependencies.store.environment.after(0, () => {
        if (this.#closed)
          reject(new ContractFailure('unavailable', 'ARUS is closing. Import the file again.'));
        else resolve();
      });
    });
  }
}
