import { expect, onTestFinished, test } from 'vitest';
import { linkCodec } from '#link/link-codec.ts';
import { recordsVersion } from '#shared/records/catalogue.ts';
import { encodeFrame, type Message } from '#shared/sync/frame.ts';
import { firstCursorText } from '#shared/sync/snapshot/cursor.ts';
import { until } from '#support/until.ts';
import { newDatabase } from './support/databases.ts';
import { testEnvironment } from './support/environment.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { Ship } from './support/ship.ts';

/** A gateway on a database in which there is nothing yet. */
async function emptied(admit: boolean): Promise<TestGateway> {
  const database = await newDatabase('PGlite', testEnvironment());
  const gateway = await startGateway(database, { options: { admit: () => admit } });
  onTestFinished(async () => {
    await gateway.shore.close();
    await database.close();
  });
  return gateway;
}

const ship = new Ship('nordlys');
ship.update(ship.create({ title: 'Known on board' }), { title: 'Edited' });
const sealed = encodeFrame(ship.batch(2, 2), linkCodec, () => ({ origin: ship.origin, number: 1 }));

/** What a ship sends that waits for an answer, and says no hello meanwhile. */
const cases = {
  'a batch that names records by their creation': (gateway: TestGateway) =>
    gateway.send('nordlys', 'normal', sealed),
  'who asks for a snapshot': (gateway: TestGateway) =>
    gateway.send('nordlys', 'ask', {
      kind: 'ask',
      version: recordsVersion,
      vessel: 'nordlys',
      origin: ship.origin,
      attempt: 3,
      position: null,
      after: firstCursorText,
      pages: 1,
    }),
  'a record that nobody has as changes': (gateway: TestGateway) =>
    gateway.send('nordlys', 'base', {
      kind: 'base',
      vessel: 'nordlys',
      origin: ship.origin,
      transfer: 'a'.repeat(16),
      total: 1,
      heads: [],
      page: null,
      answer: null,
    }),
};

const firstTo = (gateway: TestGateway): Message | undefined => gateway.sentTo('nordlys')[0];

test.each(Object.entries(cases))(
  'an office that was emptied under the link answers %s',
  async (_name, send) => {
    const gateway = await emptied(true);
    send(gateway);
    expect(await until('an answer', () => firstTo(gateway))).toMatchObject({ vessel: 'nordlys' });
  },
);

test('a ship that may not come in is told of in the log, and gets no answer to any of them', async () => {
  const gateway = await emptied(false);
  for (const send of Object.values(cases)) send(gateway);
  await until('the refusal', () =>
    gateway.environment.lines.some(({ level, message }) => level === 'warn' && message.includes('refused')),
  );
  expect(firstTo(gateway)).toBeUndefined();
});
