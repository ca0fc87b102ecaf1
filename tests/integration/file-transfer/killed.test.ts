import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { importResult } from '#shared/file-transfer/state.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { startOurProgram, type RunningProgram } from '#support/processes.ts';
import { startShore } from '#support/shore.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { fillWithRemarks } from './filled-ship.ts';
import { TwoEnds, vesselId } from './two-ends.ts';

const count = z.object({ count: z.coerce.number() });
const changes = 3_000;

/** Both programs, killed while they take a file in. */
describe('kill -9 while a file is taken in', () => {
  let ends: TwoEnds;
  beforeEach(async () => {
    ends = await TwoEnds.start();
    await ends.ship.node.close();
    const directory = temporaryDirectory('filled');
    fillWithRemarks(directory, vesselId, changes);
    ends.ship = ends.openShip({ directory });
    await ends.exchangeKeys();
  }, 60_000);
  afterEach(() => ends.close());

  test('ashore: the file is not said to be taken, and importing it again brings the rest', async () => {
    const [file = new Uint8Array()] = await ends.fromShip();
    await ends.shore.close();
    const parameters = ['--database', ends.url, '--mqtt', 'mqtt://127.0.0.1:9', '--log-level', 'silent'];
    const program = await startShore(parameters);
    const sent = fetch(`http://127.0.0.1:${program.port}/api/vessels/${vesselId}/by-hand/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from(file),
    }).catch(() => null);
    const client = new Client({ connectionString: ends.url });
    await client.connect();
    const held = async (): Promise<number> =>
      count.parse((await client.query('select count(*) from sync_journal')).rows[0]).count;
    await until('some of it held', async () => (await held()) > 0, { every: 2 });
    await program.program.kill();
    await sent;
    expect(await held()).toBeLessThan(changes);
    await client.end();
    ends.shore = ends.openShore();
    await ends.shore.ready;
    const { parcels } = await ends.shore.fileTransfer.status(vesselId);
    expect(parcels.flatMap(({ parts }) => parts)).toEqual([]);
    const [again] = await ends.toShore(file);
    expect(again?.outcome).toBe('taken');
    expect(again?.fresh).toBeLessThan(changes);
    await ends.toShip(await ends.fromShore());
    expect(await ends.depth()).toBe(0);
    expect(await ends.differences()).toEqual([]);
  }, 120_000);

  test('on board: the same', async () => {
    await ends.roundTrip();
    await ends.ship.node.close();
    // A new computer of the ship has everything to come.
    ends.ship = ends.openShip();
    await ends.exchangeKeys();
    await ends.toShore(...(await ends.fromShip()));
    const [file = new Uint8Array()] = await ends.fromShore();
    await ends.ship.node.close();
    const { directory } = ends.ship;
    const program = boardProgram(directory);
    const [, address = '', token = ''] = await program.line(/ at (http\S+)#token=(\S+)$/, 30_000);
    const call = async (method: string, input: unknown): Promise<unknown> => {
      const answer = await fetch(`${address}call/${method}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(input),
      });
      return answer.json();
    };
    const upload = '019a0000-0000-7000-8000-000000000001';
    for (let piece = 0; piece * 262_144 < file.length; piece += 1) {
      const content = Buffer.from(file.subarray(piece * 262_144, (piece + 1) * 262_144)).toString('base64');
      await call('byHand.upload', { upload, piece, content });
    }
    const taken = call('byHand.import', { upload }).catch(() => null);
    const held = (): number => {
      const connection = new Sqlite(join(directory, databaseFileName), { readonly: true });
      try {
        return z.number().parse(connection.prepare('SELECT count(*) FROM sync_journal').pluck().get());
      } finally {
        connection.close();
      }
    };
    await until('some of it held', () => held() > 0, { every: 2 });
    await program.kill();
    await taken;
    expect(held()).toBeLessThan(changes);
    ends.ship = ends.openShip({ directory });
    const before = await ends.ship.call('byHand.status', {});
    expect(before.parcels.filter(({ way }) => way === 'taken').flatMap(({ parts }) => parts)).toEqual([]);
    const [again] = await ends.toShip([file]);
    expect(importResult.parse(again).outcome).toBe('taken');
    expect(again?.fresh).toBeLessThan(changes);
    expect(await ends.differences()).toEqual([]);
  }, 120_000);
});

function boardProgram(directory: string): RunningProgram {
  return startOurProgram('src/main/station/vessel-program.ts', [
    '--data',
    directory,
    '--vessel',
    vesselId,
    '--no-mqtt',
    '--port',
    '0',
    '--log-level',
    'silent',
  ]);
}
