import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { linkCodec } from '#link/link-codec.ts';
import { packageCrypto } from '#link/package-crypto.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import type { ImportResult } from '#shared/file-transfer/state.ts';
import type { Environment, OpenLink } from '#shared/ports.ts';
import { openShore, type Shore } from '#shore/open-shore.ts';
import type { Database } from '#shore/store/database.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { verifyShore } from '#shore/verify/verify-shore.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { until } from '#support/until.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';
import { differencesOf } from '../../chaos/compare.ts';
import { readShip, readShore } from '../../chaos/ends.ts';

export const vesselId = 'mv-aurora';
export const office = { actorId: null, actorName: 'K. Ito', device: 'Office' };

/** A link that never stands. */
const noLink: OpenLink = () => ({
  publish: () => Promise.reject(new Error('There is no link')),
  open: () => undefined,
  close: () => Promise.resolve(),
  connected: false,
});

/** A ship's computer and an office, with real databases and nothing between them but files. */
export class TwoEnds {
  readonly environment: Environment;
  readonly database: Database;
  readonly url: string;
  shore: Shore;
  ship: TestVessel;

  private constructor(url: string, environment: Environment) {
    this.url = url;
    this.environment = environment;
    this.database = openPostgres({ url }, environment);
    this.shore = this.openShore();
    this.ship = this.openShip();
  }

  static async start(): Promise<TwoEnds> {
    const ends = new TwoEnds(await emptyDatabase(), systemEnvironment(silentLog));
    await ends.shore.ready;
    return ends;
  }

  openShore(openLink: OpenLink = noLink): Shore {
    return openShore(
      {
        database: this.database,
        openLink,
        codec: linkCodec,
        crypto: packageCrypto,
        environment: this.environment,
      },
      {
        gateway: 'office',
        version: '0.0.0',
        group: null,
        qos: { changes: 1, presence: 1 },
        admit: () => true,
      },
    );
  }

  openShip(options: Parameters<typeof openTestVessel>[0] = {}): TestVessel {
    return openTestVessel({
      vesselId,
      environment: this.environment,
      codec: linkCodec,
      byHand: true,
      ...options,
    });
  }

  /** Both take over the other's key, as people do who have compared it. */
  async exchangeKeys(ship: TestVessel = this.ship): Promise<void> {
    const { own } = await ship.call('byHand.status', {});
    await this.shore.fileTransfer.trust(vesselId, own.text, own.fingerprint);
    const key = await this.shore.fileTransfer.ownKey();
    await ship.call('byHand.trust', key);
  }

  /** What the ship's computer writes for the office, part by part. */
  async fromShip(partBytes = 5_000_000, ship: TestVessel = this.ship): Promise<Uint8Array[]> {
    const answered = await ship.call('byHand.export', { partBytes });
    if (answered.made === null) await this.#idle(ship);
    const made = answered.made ?? (await ship.call('byHand.status', {})).parcels[0];
    if (made === undefined) throw new Error('No file was made');
    const parts: Uint8Array[] = [];
    for (const { part } of made.parts) parts.push(await partOf(ship, made.parcel, part));
    return parts;
  }

  async fromShore(partBytes = 5_000_000): Promise<Uint8Array[]> {
    const { parcel, parts } = await this.shore.fileTransfer.export(vesselId, partBytes);
    const files: Uint8Array[] = [];
    for (const { part } of parts)
      files.push((await this.shore.fileTransfer.content(vesselId, parcel, part)).bytes);
    return files;
  }

  async toShore(...files: Uint8Array[]): Promise<ImportResult[]> {
    const results: ImportResult[] = [];
    for (const file of files) results.push(await this.shore.fileTransfer.import(vesselId, file));
    return results;
  }

  async toShip(files: readonly Uint8Array[], ship: TestVessel = this.ship): Promise<ImportResult[]> {
    const results: ImportResult[] = [];
    for (const file of files) {
      const upload = await uploaded(ship, file);
      const result = await ship.call('byHand.import', { upload });
      if (result.outcome === 'working') await this.#idle(ship);
      const { late } = await ship.call('byHand.status', {});
      results.push(result.outcome === 'working' && late !== null ? late : result);
    }
    return results;
  }

  /** A busy machine takes longer than a call is kept waiting. */
  async #idle(ship: TestVessel): Promise<void> {
    await until('nothing under way', async () => (await ship.call('byHand.status', {})).busy === null, {
      within: 120_000,
    });
  }

  /** One file there and one back, each as a whole. */
  async roundTrip(): Promise<void> {
    await this.toShore(...(await this.fromShip()));
    await this.toShip(await this.fromShore());
  }

  /** Everything in which the two ends differ; both journals are folded and compared with the tables as well. */
  async differences(ship: TestVessel = this.ship): Promise<string[]> {
    const file = join(ship.directory, databaseFileName);
    const found = differencesOf(readShip(file, null), await readShore(this.database, vesselId, null));
    const onBoard = verifyJournal(file);
    if (!onBoard.ok) found.push(`on board: ${onBoard.difference}`);
    const ashore = await verifyShore(this.database);
    if (!ashore.holds) found.push(`ashore: ${ashore.difference}`);
    return found;
  }

  async depth(ship: TestVessel = this.ship): Promise<number> {
    return (await ship.call('sync.status', {})).queue.depth;
  }

  async waitingAshore(): Promise<number> {
    return (await this.shore.fileTransfer.status(vesselId)).waiting.changes;
  }

  async close(): Promise<void> {
    await this.ship.node.close();
    await this.shore.close();
    await this.database.close();
  }
}

/** Hands a file to the node piece by piece, as a screen does. */
export async function uploaded(ship: TestVessel, file: Uint8Array): Promise<string> {
  const upload = randomUUID();
  const length = 256 * 1024;
  for (let piece = 0; piece === 0 || piece * length < file.length; piece += 1) {
    const content = Buffer.from(file.subarray(piece * length, (piece + 1) * length)).toString('base64');
    await ship.call('byHand.upload', { upload, piece, content });
  }
  return upload;
}

async function partOf(ship: TestVessel, parcel: string, part: number): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  for (let piece = 0; ; piece += 1) {
    const { content, last } = await ship.call('byHand.content', { parcel, part, piece });
    pieces.push(Buffer.from(content, 'base64'));
    if (last) return Buffer.concat(pieces);
  }
}
