import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordsVersion } from '#shared/records/catalogue.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import type { Batch } from '#shared/sync/frame.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { orderValues } from '../shore/support/ship.ts';
import { ScriptedShip, vesselId } from './scripted-ship.ts';

const shore = 's0shore0shore';

/** What shore sends for the ship whose id this computer bears. */
function forTheShip(ship: ScriptedShip): Batch {
  const change: Change = {
    origin: shore,
    number: 1,
    time: ship.environment.now() * 1024,
    at: ship.environment.now(),
    seen: {},
    entity: 'work_order',
    recordId: '01890a5d-ac96-774b-bcce-b302099a8057',
    operation: 'create',
    fields: { ...orderValues({ title: 'Of another ship' }) },
    actorId: null,
    actorName: 'K. Ito',
    device: 'Office',
    lane: 'normal',
    version: recordsVersion,
  };
  return {
    kind: 'batch',
    vessel: vesselId,
    origin: shore,
    lane: 'normal',
    after: 0,
    hash: chainNext(chainStart(vesselId, shore), change),
    attempt: 0,
    proof: [],
    changes: [change],
  };
}

describe('a computer that may be another ship', () => {
  let ship: ScriptedShip;
  beforeEach(async () => {
    ship = new ScriptedShip();
    // It holds no snapshot, and waits for none.
    ship.link.up();
    ship.link.answerAsk();
    ship.sentMessages();
    await ship.restart();
    ship.link.up();
    ship.sentMessages();
  });
  afterEach(() => ship.close());

  const say = (state: 'waiting' | 'refused' | 'accepted', origin = ship.origin): void =>
    ship.link.receive(vesselId, {
      kind: 'identity',
      vessel: vesselId,
      origin,
      state,
      name: 'M/V Borealis',
      knownAs: 'M/T Aurora',
    });
  const held = async (): Promise<number> => (await ship.status()).journal.fromShore;

  test('takes nothing that comes for the ship, and sends nothing but hellos, while it waits', async () => {
    say('waiting');
    ship.sentMessages();
    ship.link.receive(vesselId, forTheShip(ship));
    await ship.create('Renew gasket');
    await ship.vessel.call('sync.sendNow', {});
    await ship.vessel.call('sync.compare', {});
    ship.environment.advance(3_600_000);
    expect(new Set(ship.sentMessages().map(({ kind }) => kind))).toEqual(new Set(['hello']));
    expect(await held()).toBe(0);
    expect((await ship.status()).queue.depth).toBe(1);
  });

  test('that is kept over a restart, and what comes before the next answer is not taken', async () => {
    say('refused');
    await ship.restart();
    ship.link.up();
    expect((await ship.status()).identity).toMatchObject({ state: 'refused', knownAs: 'M/T Aurora' });
    ship.link.receive(vesselId, forTheShip(ship));
    expect(await held()).toBe(0);
    expect(new Set(ship.sentMessages().map(({ kind }) => kind))).toEqual(new Set(['hello']));
  });

  test('another computer of the ship goes on, and its people are told', async () => {
    say('waiting', 'vother0001');
    ship.link.receive(vesselId, forTheShip(ship));
    expect(await held()).toBe(1);
    const codes = async (): Promise<string[]> =>
      (await ship.vessel.call('sync.problems', {})).items.map(({ code }) => code);
    expect(await codes()).toEqual(['two_ships']);
    say('refused', 'vother0001');
    expect(await codes()).toEqual([]);
  });
});

test('before the answer to its first hello nothing is taken, and then what came before it', async () => {
  const ship = new ScriptedShip();
  try {
    ship.link.up();
    ship.link.answerAsk();
    // A database from before anybody asked which ship it is.
    await ship.restart(() => {
      const connection = new Sqlite(join(ship.vessel.directory, databaseFileName));
      connection.exec("DELETE FROM node_settings WHERE name = 'identity_let_in'");
      connection.close();
    });
    ship.link.up();
    ship.link.receive(vesselId, forTheShip(ship));
    expect((await ship.status()).journal.fromShore).toBe(0);
    ship.acknowledge(0);
    expect((await ship.status()).journal.fromShore).toBe(1);
  } finally {
    await ship.close();
  }
});
