import { afterEach, describe, expect, test } from 'vitest';
import { certificateAuthority } from '#support/certificates.ts';
import { noTraffic } from '#shared/link-policy/traffic.ts';
import { startMosquitto } from '#support/mosquitto.ts';
import { until } from '#support/until.ts';
import { bytes, closeLinks, openLink, type TestLink } from './open-link.ts';
import { tapWire, type WireTap } from './wire-tap.ts';

afterEach(closeLinks);

const onWire = (tap: WireTap): number => tap.bytes.reduce((sum, each) => sum + each, 0);
const onSockets = ({ traffic }: TestLink): number => traffic().sent + traffic().received;

describe('The bytes of a link', () => {
  test('are those on the wire, over several connections, and its packets are those that passed', async () => {
    const broker = await startMosquitto();
    const tap = await tapWire(broker.port);
    const ship = openLink({ mqtt: `mqtt://127.0.0.1:${tap.port}` });
    await ship.up();
    await ship.link.publish('x', bytes('x'.repeat(5_000)), { qos: 1 });
    await until('the same bytes', () => onSockets(ship) === onWire(tap));
    expect(onWire(tap)).toBeGreaterThan(5_000);
    await ship.link.close();
    ship.link.open();
    await ship.up(2);
    await until('the same bytes again', () => onSockets(ship) === onWire(tap));
    expect(ship.traffic().connections).toBe(2);
    const passed = tap.packets.filter((packet) => packet.startsWith('>')).length;
    expect(ship.traffic().packetsSent).toBe(passed);
    await ship.link.close();
    await tap.close();
    await broker.remove();
  });

  test('name a topic once on a connection, and whoever reads gets it by its name', async () => {
    const topic = 'arus/mv-astrid-holm/up/normal';
    const broker = await startMosquitto();
    const office = openLink({ mqtt: broker.url }, { subscriptions: [{ topic: 'arus/#', qos: 1 }] });
    const ship = openLink({ mqtt: broker.url });
    await Promise.all([office.up(), ship.up()]);
    const taken = async (text: string): Promise<number> => {
      const before = ship.traffic().sent;
      await ship.link.publish(topic, bytes(text), { qos: 1 });
      await until('it is counted', () => ship.traffic().sent > before);
      return ship.traffic().sent - before;
    };
    const [first, second] = [await taken('one'), await taken('two')];
    expect(first - second).toBe(topic.length);
    await ship.link.close();
    ship.link.open();
    await ship.up(2);
    expect(await taken('six')).toBe(first);
    await until('all three', () => office.messages.length === 3);
    expect(office.messages.map((message) => message.topic)).toEqual([topic, topic, topic]);
    await Promise.all([ship.link.close(), office.link.close()]);
    await broker.remove();
  });

  test('are with TLS what TLS makes of them, handshakes and all', async () => {
    const authority = certificateAuthority();
    const broker = await startMosquitto({
      tls: { ...authority.server(), authority: authority.certificate },
      furtherLines: ['allow_anonymous true'],
    });
    const tap = await tapWire(broker.port);
    const ship = openLink({ mqtt: `mqtts://localhost:${tap.port}`, ca: authority.certificate });
    await ship.up();
    await until('the same bytes', () => onSockets(ship) === onWire(tap) && onWire(tap) > 1_500);
    const handshake = onSockets(ship);
    await ship.link.publish('x', bytes('x'.repeat(5_000)), { qos: 1 });
    await until('the same bytes again', () => onSockets(ship) === onWire(tap));
    expect(onSockets(ship) - handshake).toBeGreaterThan(5_000);
    await ship.link.close();
    await tap.close();
    await broker.remove();
  });

  test('are nothing where nobody answers', async () => {
    const ship = openLink({ mqtt: 'mqtt://127.0.0.1:1' });
    await until('a failure', () => ship.failures.length > 0);
    await ship.link.close();
    expect(ship.traffic()).toEqual(noTraffic);
  });
});
