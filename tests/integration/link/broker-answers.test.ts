import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, test } from 'vitest';
import { until } from '#support/until.ts';
import { bytes, closeLinks, openLink, text } from './open-link.ts';
import { connack, disconnect, startStubBroker, type StubBroker } from './stub-broker.ts';

let stub: StubBroker;
afterEach(async () => {
  await closeLinks();
  await stub?.close();
});

describe('A broker that speaks only MQTT 3.1.1', () => {
  test('is spoken to in 3.1.1, at once and from then on', async () => {
    const broker = await Aedes.createBroker();
    const server = createServer(broker.handle);
    const versions: number[] = [];
    broker.on('client', ({ version }) => versions.push(version));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const { link, up, events } = openLink(
      { mqtt: `mqtt://127.0.0.1:${address.port}` },
      { subscriptions: [{ topic: 'round', qos: 2 }] },
    );
    await up();
    await link.publish('round', bytes('x'), { qos: 2 });
    await until('the message', () => events.includes('message'));
    await link.close();
    link.open();
    await up(2);
    expect(events.filter((event) => event === 'failure')).toEqual([]);
    expect(versions).toEqual([4, 4]);
    await closeLinks();
    await new Promise<void>((resolve) => broker.close(() => server.close(() => resolve())));
  });

  test('and hangs up on MQTT 5 without a word is found out at the next attempt', async () => {
    stub = await startStubBroker((socket, version) => {
      if (version === 5) socket.destroy();
      else socket.write(connack(4, 0));
    });
    const { up, failures } = openLink({ mqtt: stub.url });
    await up();
    expect(stub.versions).toEqual([5, 4]);
    expect(failures).toMatchObject([{ code: 'refused' }]);
  });

  test('a broker of MQTT 5 that once hung up is still spoken to in 5 when it was before', async () => {
    stub = await startStubBroker((socket, _version, connection) => {
      if (connection === 2) socket.destroy();
      else socket.write(connack(5, 0));
      if (connection === 1) setTimeout(() => socket.destroy(), 20);
    });
    const { up } = openLink({ mqtt: stub.url });
    await up(2);
    expect(stub.versions).toEqual([5, 5, 5]);
  });
});

describe('A broker that refuses says why, in words', () => {
  test.each([
    [5, 134, 'credentials', /user name and password/],
    [5, 135, 'credentials', /does not let us in/],
    [4, 4, 'credentials', /user name and password/],
    [4, 5, 'credentials', /does not let us in/],
    [5, 133, 'refused', /client id/],
    [5, 137, 'refused', /not taking connections/],
    [5, 138, 'refused', /banned/],
    [5, 157, 'refused', /moved/],
    [5, 200, 'refused', /reason 200/],
  ] as const)('MQTT %i, reason %i: %s', async (version, reason, code, words) => {
    stub = await startStubBroker((socket, asked) => {
      if (version === 4 && asked === 5) socket.end(connack(4, 1));
      else socket.end(connack(version, reason));
    });
    const { failures, events } = openLink({ mqtt: stub.url });
    await until('the failure', () => failures.length > 0);
    expect(failures[0]).toMatchObject({ code, message: expect.stringMatching(words) });
    expect(events).not.toContain('up');
  });

  test.each([
    [0x8e, 'lost', /Another program connected .* under our name/],
    [0x95, 'refused', /larger than it takes/],
    [0x98, 'lost', /keeper/],
  ] as const)('when it ends a connection with reason %i', async (reason, code, words) => {
    stub = await startStubBroker((socket) => {
      socket.write(connack(5, 0));
      setTimeout(() => socket.end(disconnect(reason)), 20);
    });
    const { failures } = openLink({ mqtt: stub.url });
    await until('the failure', () => failures.length > 0);
    expect(failures[0]).toMatchObject({ code, message: expect.stringMatching(words) });
  });
});

describe('A broker that refuses a subscription', () => {
  test('is told nothing more before it grants it, and is told at once again when it has', async () => {
    stub = await startStubBroker((socket, _version, connection) => {
      socket.write(connack(5, 0));
      socket.once('data', (subscribe: Buffer) => {
        const answer = connection < 3 ? 0x87 : 1;
        const suback = Buffer.from([0x90, 4, subscribe[2] ?? 0, subscribe[3] ?? 0, 0, answer]);
        socket.write(suback, () => connection === 3 && setTimeout(() => socket.destroy(), 20));
      });
    });
    const { up, events, failures } = openLink(
      { mqtt: stub.url },
      { subscriptions: [{ topic: 'down', qos: 1 }] },
    );
    await up(3);
    expect(events.slice(0, 6)).toEqual(['up', 'down', 'failure', 'up', 'down', 'up']);
    expect(failures.slice(0, 2)).toMatchObject([
      { code: 'refused', message: expect.stringContaining('does not let us receive down') },
      { code: 'refused', message: expect.stringContaining('does not let us receive down') },
    ]);
  });
});

describe('A broker that hands out messages before it confirms the subscription', () => {
  test('loses none of them, and they come after the word that the link is up', async () => {
    stub = await startStubBroker((socket) => {
      socket.write(connack(5, 0));
      socket.once('data', (subscribe: Buffer) => {
        const publish = Buffer.from([0x30, 6, 0, 1, 0x61, 0, 0x68, 0x69]);
        const suback = Buffer.from([0x90, 4, subscribe[2] ?? 0, subscribe[3] ?? 0, 0, 1]);
        socket.write(publish);
        setTimeout(() => socket.write(suback), 50);
      });
    });
    const { up, events, messages } = openLink(
      { mqtt: stub.url },
      { subscriptions: [{ topic: 'a', qos: 1 }] },
    );
    await up();
    await until('the message', () => messages.length > 0);
    expect(events).toEqual(['up', 'message']);
    expect(messages.map(({ topic, payload }) => [topic, text(payload)])).toEqual([['a', 'hi']]);
  });
});

describe('A broker that is not one', () => {
  test('and answers with something else is told so, and asked again later', async () => {
    stub = await startStubBroker((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const { failures, events } = openLink({ mqtt: stub.url });
    await until('two failures', () => failures.length > 1);
    expect(events).not.toContain('up');
    expect(failures[0]?.message).toContain('127.0.0.1');
  });

  test('and accepts connections but says nothing is given up on after the time it may take', async () => {
    stub = await startStubBroker(() => {});
    const { failures } = openLink({ mqtt: stub.url }, {}, { connectTimeout: 200 });
    await until('the failure', () => failures.length > 0);
    expect(failures[0]).toMatchObject({ code: 'timeout' });
    await until('the next attempt', () => stub.versions.length > 1);
  });

  test('and lets us in but never confirms a subscription is given up on too', async () => {
    stub = await startStubBroker((socket) => socket.write(connack(5, 0)));
    const { failures, events } = openLink(
      { mqtt: stub.url },
      { subscriptions: [{ topic: 'down', qos: 1 }] },
      { connectTimeout: 200 },
    );
    await until('the failure', () => failures.length > 0);
    await until('the second failure', () => failures.length > 1);
    expect(failures).toMatchObject([{ code: 'timeout' }, { code: 'timeout' }]);
    // What went out the first time was for nothing; from then on it is waited for.
    expect(events).toEqual(['up', 'down', 'failure']);
  });

  test('nor has a name that anyone knows', async () => {
    const { failures } = openLink({ mqtt: 'mqtt://no-such-broker.invalid' });
    await until('the failure', () => failures.length > 0);
    expect(failures[0]).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('no-such-broker.invalid:1883'),
    });
  });
});
