import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Qos } from '#shared/ports.ts';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { until } from '#support/until.ts';
import { bytes, closeLinks, openLink, text } from './open-link.ts';
import { subscribe, type Subscriber } from './subscriber.ts';
import { tapWire, type WireTap } from './wire-tap.ts';

let broker: Mosquitto;
beforeAll(async () => {
  broker = await startMosquitto();
});
afterAll(() => broker.remove());
afterEach(closeLinks);

let reader: Subscriber;
let tap: WireTap;
afterEach(async () => {
  await reader?.close();
  await tap?.close();
});

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('Publishing', () => {
  test.each([
    [0, ['> PUBLISH 0']],
    [1, ['> PUBLISH 1', '< PUBACK']],
    [2, ['> PUBLISH 2', '< PUBREC', '> PUBREL', '< PUBCOMP']],
  ] as const)(
    'at QoS %i reaches a subscriber once, at that QoS, by the packets of that QoS',
    async (qos, packets) => {
      reader = await subscribe(broker.url, 'round/#');
      tap = await tapWire(broker.port);
      const { link, up } = openLink({ mqtt: `mqtt://127.0.0.1:${tap.port}` });
      await up();
      const before = tap.packets.length;
      await link.publish(`round/${qos}`, bytes('as it was'), { qos });
      await until('the message', () => reader.received.length === 1);
      await until('the packets', () => tap.packets.length === before + packets.length);
      expect(tap.packets.slice(before)).toEqual(packets);
      expect(reader.received).toEqual([
        { topic: `round/${qos}`, text: 'as it was', qos, retain: false, dup: false },
      ]);
    },
  );

  test.each([
    [1, '< PUBACK'],
    [2, '< PUBCOMP'],
  ] as const)('at QoS %i is done at the broker’s last word (%s), not before', async (qos, last) => {
    tap = await tapWire(broker.port);
    const { link, up } = openLink({ mqtt: `mqtt://127.0.0.1:${tap.port}` });
    await up();
    tap.hold();
    let done = false;
    const published = link.publish('held', bytes('x'), { qos }).then(() => (done = true));
    await pause(200);
    expect(done).toBe(false);
    tap.release();
    await published;
    expect(tap.packets.at(-1)).toBe(last);
  });

  test('at QoS 0 waits for nobody', async () => {
    tap = await tapWire(broker.port);
    const { link, up } = openLink({ mqtt: `mqtt://127.0.0.1:${tap.port}` });
    await up();
    tap.hold();
    await expect(link.publish('unheld', bytes('x'), { qos: 0 })).resolves.toBeUndefined();
  });

  test('many at once keeps within what the broker said that it takes, and all arrive in order', async () => {
    reader = await subscribe(broker.url, 'many');
    tap = await tapWire(broker.port);
    const { link, up, events } = openLink({ mqtt: `mqtt://127.0.0.1:${tap.port}` });
    await up();
    const numbers = Array.from({ length: 300 }, (_, index) => String(index));
    await Promise.all(numbers.map((number) => link.publish('many', bytes(number), { qos: 1 })));
    let inFlight = 0;
    let most = 0;
    for (const packet of tap.packets) {
      if (packet === '> PUBLISH 1') inFlight += 1;
      if (packet === '< PUBACK') inFlight -= 1;
      most = Math.max(most, inFlight);
    }
    // Mosquitto's max_inflight_messages, which it sends as Receive Maximum.
    expect(most).toBeLessThanOrEqual(20);
    await until('all messages', () => reader.received.length === 300);
    expect(reader.received.map((message) => message.text)).toEqual(numbers);
    expect(events).toEqual(['up']);
  });

  test('a message larger than the broker takes is refused at once, and the link stays up', async () => {
    const strict = await startMosquitto({ maxPacketSize: 10_000 });
    try {
      const { link, up, events } = openLink({ mqtt: strict.url });
      await up();
      await expect(link.publish('large', new Uint8Array(10_000), { qos: 1 })).rejects.toMatchObject({
        code: 'refused',
        message: expect.stringContaining('larger than'),
      });
      await link.publish('small', new Uint8Array(9_000), { qos: 1 });
      expect(events).toEqual(['up']);
    } finally {
      await strict.remove();
    }
  });

  test('before the link is up is refused at once and sent by nobody later', async () => {
    reader = await subscribe(broker.url, 'early');
    const { link, up } = openLink({ mqtt: broker.url });
    for (const qos of [0, 1, 2] satisfies Qos[]) {
      await expect(link.publish('early', bytes('x'), { qos })).rejects.toMatchObject({ code: 'lost' });
    }
    await up();
    await link.publish('early', bytes('in time'), { qos: 1 });
    await until('the message', () => reader.received.length > 0);
    expect(reader.received.map((message) => message.text)).toEqual(['in time']);
  });
});

describe('Subscriptions', () => {
  test('are asked for before anything is sent, and not waited for: what we send is answered to them', async () => {
    tap = await tapWire(broker.port);
    const ship = openLink(
      { mqtt: `mqtt://127.0.0.1:${tap.port}` },
      {
        subscriptions: [
          { topic: 'a/#', qos: 1 },
          { topic: 'b', qos: 2 },
        ],
      },
    );
    ship.events.push = (event) => {
      if (event === 'up') void ship.link.publish('a/own', bytes('at once'), { qos: 1 });
      return 0;
    };
    await until('the message', () => ship.messages.length === 1);
    expect(tap.packets.slice(0, 4)).toEqual(['> CONNECT', '< CONNACK', '> SUBSCRIBE', '> PUBLISH 1']);
  });

  test('bring what was retained before, marked so, after the word that the link is up', async () => {
    const office = openLink({ mqtt: broker.url });
    await office.up();
    await office.link.publish('kept/1', bytes('earlier'), { qos: 1, retain: true });
    const ship = openLink({ mqtt: broker.url }, { subscriptions: [{ topic: 'kept/#', qos: 1 }] });
    await until('the message', () => ship.messages.length === 1);
    await office.link.publish('kept/2', bytes('now'), { qos: 1 });
    await until('the second message', () => ship.messages.length === 2);
    expect(ship.events).toEqual(['up', 'message', 'message']);
    expect(ship.messages.map(({ topic, payload, retained }) => [topic, text(payload), retained])).toEqual([
      ['kept/1', 'earlier', true],
      ['kept/2', 'now', false],
    ]);
  });

  test('are made again after every loss', async () => {
    const own = await startMosquitto();
    try {
      const ship = openLink({ mqtt: own.url }, { subscriptions: [{ topic: 'down', qos: 1 }] });
      await ship.up();
      await own.kill();
      await until('the loss', () => ship.events.includes('down'));
      await own.restart();
      await ship.up(2);
      const office = openLink({ mqtt: own.url });
      await office.up();
      await office.link.publish('down', bytes('again'), { qos: 1 });
      await until('the message', () => ship.messages.length === 1);
    } finally {
      await own.remove();
    }
  });

  test('an owner that throws in an event is logged, and the link goes on', async () => {
    const ship = openLink({ mqtt: broker.url }, { subscriptions: [{ topic: 'odd', qos: 1 }] });
    ship.messages.push = () => {
      throw new Error('the owner is broken');
    };
    await ship.up();
    await ship.link.publish('odd', bytes('1'), { qos: 1 });
    await ship.link.publish('odd', bytes('2'), { qos: 1 });
    await until('both messages', () => ship.events.filter((event) => event === 'message').length === 2);
    expect(ship.logged()).toContain('the owner is broken');
    expect(ship.link.connected).toBe(true);
  });
});

describe('A broker that dies', () => {
  test('is noticed, waited for and found again', async () => {
    const own = await startMosquitto();
    try {
      const { link, events, failures, up } = openLink({ mqtt: own.url });
      await up();
      expect(link.connected).toBe(true);
      await own.kill();
      await until('a failed attempt', () => events.includes('failure'));
      expect(link.connected).toBe(false);
      expect(failures[0]).toMatchObject({ code: 'lost' });
      expect(failures[1]).toEqual({
        code: 'unreachable',
        message: `Nothing listens at 127.0.0.1:${own.port}. Check the port, and that the broker runs.`,
      });
      await own.restart();
      await up(2);
      await link.publish('again', bytes('x'), { qos: 2 });
    } finally {
      await own.remove();
    }
  });

  test.each([0, 1, 2] satisfies Qos[])(
    'with publishes in flight at QoS %i: each of them settles, and those that may not have arrived reject',
    async (qos) => {
      const own = await startMosquitto();
      tap = await tapWire(own.port);
      try {
        const { link, up } = openLink({ mqtt: `mqtt://127.0.0.1:${tap.port}` });
        await up();
        tap.hold();
        // Enough that the socket cannot take all of it, and QoS 0 has to wait too.
        const payload = new Uint8Array(200_000);
        const publishes = Array.from({ length: 100 }, () => link.publish('in/flight', payload, { qos }));
        const settled = Promise.allSettled(publishes);
        await pause(20);
        await own.kill();
        const outcomes = await settled;
        const rejected = outcomes.filter(({ status }) => status === 'rejected');
        expect(outcomes).toHaveLength(100);
        if (qos > 0) expect(rejected).toHaveLength(100);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'lost' });
        }
      } finally {
        await own.remove();
      }
    },
  );

  test('in silence: closing the link settles what is in flight, and opening it reaches the broker anew', async () => {
    tap = await tapWire(broker.port);
    const { link, up, events } = openLink({ mqtt: `mqtt://127.0.0.1:${tap.port}` });
    await up();
    tap.swallow();
    const lost = expect(link.publish('void', bytes('x'), { qos: 1 })).rejects.toMatchObject({ code: 'lost' });
    const began = performance.now();
    await link.close();
    await lost;
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(events).toEqual(['up', 'down']);
    link.open();
    await pause(100);
    expect(tap.connections).toBe(2);
  });
});

describe('Closing', () => {
  test('says goodbye, so that the broker keeps the last will to itself', async () => {
    reader = await subscribe(broker.url, 'goodbye');
    tap = await tapWire(broker.port);
    const { link, up, events } = openLink(
      { mqtt: `mqtt://127.0.0.1:${tap.port}` },
      { will: { topic: 'goodbye', payload: bytes('gone'), qos: 1 } },
    );
    await up();
    await link.close();
    expect(tap.packets.at(-1)).toBe('> DISCONNECT');
    expect(events).toEqual(['up', 'down']);
    await pause(200);
    expect(reader.received).toEqual([]);
    await pause(300);
    expect(tap.connections).toBe(1);
  });

  test('with publishes in flight rejects them and still says goodbye', async () => {
    tap = await tapWire(broker.port);
    const { link, up } = openLink({ mqtt: `mqtt://127.0.0.1:${tap.port}` });
    await up();
    tap.hold();
    const inFlight = expect(link.publish('x', bytes('x'), { qos: 2 })).rejects.toMatchObject({
      code: 'lost',
      message: expect.stringContaining('was closed'),
    });
    const closed = link.close();
    await inFlight;
    await until('the goodbye', () => tap.packets.includes('> DISCONNECT'));
    await closed;
  });

  test('while connecting ends the attempt, and opening twice makes one connection', async () => {
    tap = await tapWire(broker.port);
    tap.hold();
    const { link, events, up } = openLink({ mqtt: `mqtt://127.0.0.1:${tap.port}` });
    await until('the attempt', () => tap.connections === 1);
    await link.close();
    expect(events).toEqual([]);
    tap.release();
    link.open();
    link.open();
    await up();
    await pause(200);
    expect(tap.connections).toBe(2);
    expect(events).toEqual(['up']);
  });

  test('and opening in one breath connects anew once the old connection is gone', async () => {
    const { link, events, up } = openLink(
      { mqtt: broker.url },
      {},
      { shortestWait: 60_000, longestWait: 60_000 },
    );
    await up();
    const closed = link.close();
    link.open();
    await closed;
    await up(2);
    expect(events).toEqual(['up', 'down', 'up']);
  });
});

describe('Between attempts', () => {
  test('opening tries at once instead of waiting', async () => {
    const own = await startMosquitto();
    try {
      const { link, events, up } = openLink(
        { mqtt: own.url },
        {},
        { shortestWait: 60_000, longestWait: 60_000 },
      );
      await up();
      await own.kill();
      await until('the loss', () => events.includes('down'));
      await own.restart();
      await pause(200);
      expect(events).toEqual(['up', 'down']);
      link.open();
      await up(2);
    } finally {
      await own.remove();
    }
  });
});

describe('Presence', () => {
  test('stays with the broker for whoever comes later, and after kill -9 the last will says that we are gone', async () => {
    const { startOurProgram } = await import('#support/processes.ts');
    const ship = startOurProgram('tests/integration/link/present-ship-program.ts', [broker.url]);
    await ship.line(/^present$/);
    reader = await subscribe(broker.url, 'arus/MV-KILLED/up/presence');
    await until('the presence', () => reader.received.length === 1);
    expect(reader.received[0]).toMatchObject({ text: 'here', retain: true });
    await ship.kill();
    await until('the last will', () => reader.received.length === 2);
    expect(reader.received[1]).toMatchObject({ text: 'gone', retain: true });
    const late = await subscribe(broker.url, 'arus/MV-KILLED/up/presence');
    await until('what is retained', () => late.received.length === 1);
    expect(late.received[0]).toMatchObject({ text: 'gone', retain: true });
    await late.close();
  });
});
