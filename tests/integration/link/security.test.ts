import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { topicOf, vesselInbox } from '#shared/sync/topics.ts';
import { certificateAuthority, type CertificateAuthority } from '#support/certificates.ts';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { bytes, closeLinks, openLink, text } from './open-link.ts';
import { subscribe } from './subscriber.ts';
import { tapWire } from './wire-tap.ts';

const secret = 'correct horse battery';
let authority: CertificateAuthority;
let stranger: CertificateAuthority;
let passwordFile: string;
let wrongPasswordFile: string;
beforeAll(() => {
  authority = certificateAuthority();
  stranger = certificateAuthority('Somebody else');
  const directory = temporaryDirectory('passwords');
  passwordFile = join(directory, 'right');
  wrongPasswordFile = join(directory, 'wrong');
  writeFileSync(passwordFile, `${secret}\n`);
  writeFileSync(wrongPasswordFile, 'battery horse correct');
});
afterEach(closeLinks);

async function firstFailure(failures: { code: string; message: string }[]) {
  await until('the failure', () => failures.length > 0);
  return failures[0];
}

describe('A broker with TLS and passwords', () => {
  let broker: Mosquitto;
  beforeAll(async () => {
    const own = authority.server();
    broker = await startMosquitto({
      tls: { ...own, authority: authority.certificate },
      passwords: { 'MV-ONE': secret },
    });
  });
  afterAll(() => broker.remove());

  test('lets in who trusts its authority and has the password', async () => {
    const { link, up } = openLink({
      mqtt: broker.url,
      ca: authority.certificate,
      mqttUser: 'MV-ONE',
      mqttPasswordFile: passwordFile,
    });
    await up();
    await link.publish('x', bytes('x'), { qos: 1 });
    expect(link.connected).toBe(true);
  });

  test('takes user and password out of the address as well, and neither is ever logged', async () => {
    const address = broker.url.replace('://', `://MV-ONE:${encodeURIComponent(secret)}@`);
    const ship = openLink({ mqtt: address, ca: authority.certificate });
    await ship.up();
    await ship.link.close();
    expect(ship.logged()).not.toContain(secret);
    expect(ship.logged()).not.toContain(encodeURIComponent(secret));
  });

  test('is not trusted when its certificate is signed by another authority', async () => {
    const { failures, events } = openLink({ mqtt: broker.url, ca: stranger.certificate, mqttUser: 'MV-ONE' });
    expect(await firstFailure(failures)).toMatchObject({
      code: 'certificate',
      message: expect.stringContaining('not signed by an authority that we trust'),
    });
    expect(events).not.toContain('up');
  });

  test('is not trusted by the public authorities when none is named', async () => {
    const { failures } = openLink({ mqtt: broker.url });
    expect(await firstFailure(failures)).toMatchObject({ code: 'certificate' });
  });

  test('refuses a wrong password, and none', async () => {
    const wrong = openLink({
      mqtt: broker.url,
      ca: authority.certificate,
      mqttUser: 'MV-ONE',
      mqttPasswordFile: wrongPasswordFile,
    });
    const none = openLink({ mqtt: broker.url, ca: authority.certificate });
    expect(await firstFailure(wrong.failures)).toMatchObject({
      code: 'credentials',
      message: expect.stringContaining('wrong user, password'),
    });
    expect(await firstFailure(none.failures)).toMatchObject({ code: 'credentials' });
    expect(wrong.logged()).not.toContain('battery horse correct');
  });

  test('spoken to without TLS is a clear failure', async () => {
    const { failures } = openLink({ mqtt: `mqtt://localhost:${broker.port}` });
    expect(await firstFailure(failures)).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('with or without TLS'),
    });
  });

  test('and a broker without TLS spoken to with it is one too', async () => {
    const plain = await startMosquitto();
    const { failures } = openLink({ mqtt: `mqtts://localhost:${plain.port}` });
    const failure = await firstFailure(failures);
    await plain.remove();
    expect(failure?.message).toMatch(/TLS/);
  });
});

describe('A certificate that does not fit', () => {
  async function failureWith(server: { certificate: string; key: string }) {
    const broker = await startMosquitto({ tls: { ...server, authority: authority.certificate } });
    const { failures, events } = openLink({ mqtt: broker.url, ca: authority.certificate });
    const failure = await firstFailure(failures);
    expect(events).not.toContain('up');
    await closeLinks();
    await broker.remove();
    return failure;
  }

  test('because it is made out to another host', async () => {
    expect(await failureWith(authority.server({ names: ['shore.example'] }))).toMatchObject({
      code: 'certificate',
      message: expect.stringContaining('another name'),
    });
  });

  test("because it has expired, which may also be this computer's clock", async () => {
    expect(await failureWith(authority.server({ expired: true }))).toMatchObject({
      code: 'certificate',
      message: expect.stringMatching(/has expired.*clock/),
    });
  });
});

describe('A broker that wants client certificates', () => {
  let broker: Mosquitto;
  beforeAll(async () => {
    const own = authority.server();
    broker = await startMosquitto({
      tls: { ...own, authority: authority.certificate, clientCertificates: true },
      accessList: [
        'pattern write arus/%u/up/#',
        'pattern read arus/%u/down/#',
        'user office',
        'topic readwrite arus/#',
      ],
    });
  });
  afterAll(() => broker.remove());

  const as = (name: string, from = authority) => {
    const own = from.client(name);
    return { mqtt: broker.url, ca: authority.certificate, cert: own.certificate, key: own.key };
  };

  test('lets in who shows one of its authority', async () => {
    const { link, up } = openLink(as('MV-ONE'));
    await up();
    expect(link.connected).toBe(true);
  });

  test('refuses who shows none', async () => {
    const { failures } = openLink({ mqtt: broker.url, ca: authority.certificate });
    expect(await firstFailure(failures)).toMatchObject({
      code: 'certificate',
      message: expect.stringContaining('wants a client certificate'),
    });
  });

  test('refuses one of another authority, and one that has expired', async () => {
    const foreign = openLink(as('MV-ONE', stranger));
    expect(await firstFailure(foreign.failures)).toMatchObject({ code: 'certificate' });
    const old = authority.client('MV-ONE', { expired: true });
    const expired = openLink({ ...as('MV-ONE'), cert: old.certificate, key: old.key });
    expect(await firstFailure(expired.failures)).toMatchObject({
      code: 'certificate',
      message: expect.stringContaining('our client certificate has expired'),
    });
  });

  test('a second connection resumes the TLS session of the first, and costs a third less', async () => {
    const tap = await tapWire(broker.port);
    const { link, up, failures } = openLink({ ...as('MV-ONE'), mqtt: `mqtts://localhost:${tap.port}` });
    await up();
    await link.publish(topicOf('MV-ONE', 'up', 'telemetry'), bytes('x'), { qos: 1 });
    await link.close();
    link.open();
    await up(2);
    await link.publish(topicOf('MV-ONE', 'up', 'telemetry'), bytes('x'), { qos: 1 });
    await link.close();
    await tap.close();
    const [first = 0, second = 0] = tap.bytes;
    expect(failures).toEqual([]);
    expect(tap.bytes).toHaveLength(2);
    expect(second).toBeLessThan(0.7 * first);
  });

  test('holds a vessel to its own topics: another vessel’s is refused, in words', async () => {
    const office = await subscribe(broker.url, 'arus/#', tlsOf(as('office')));
    const ship = openLink(as('MV-ONE'), {
      subscriptions: [{ topic: vesselInbox('MV-ONE'), qos: 1 }],
      will: { topic: topicOf('MV-ONE', 'up', 'presence'), payload: bytes('gone'), qos: 1 },
    });
    await ship.up();
    const foreign = topicOf('MV-TWO', 'up', 'normal');
    for (const qos of [1, 2] as const) {
      await expect(ship.link.publish(foreign, bytes('forged'), { qos })).rejects.toMatchObject({
        code: 'refused',
        message: expect.stringContaining(`does not let us send to ${foreign}`),
      });
    }
    await ship.link.publish(topicOf('MV-ONE', 'up', 'normal'), bytes('own'), { qos: 1 });
    await until('our own message', () => office.received.length > 0);
    expect(office.received.map(({ topic }) => topic)).toEqual(['arus/MV-ONE/up/normal']);
    expect(ship.link.connected).toBe(true);
    await office.close();
  });

  test('hands a vessel nothing of another’s, and its own', async () => {
    const ship = openLink(as('MV-ONE'), {
      subscriptions: [
        { topic: vesselInbox('MV-ONE'), qos: 1 },
        { topic: vesselInbox('MV-TWO'), qos: 1 },
      ],
    });
    await until('an answer', () => ship.events.length > 0);
    const office = openLink(as('office'), {
      will: { topic: 'arus/shore/presence/x', payload: bytes(''), qos: 1 },
    });
    await office.up();
    await office.link.publish(topicOf('MV-TWO', 'down', 'normal'), bytes('not yours'), { qos: 1 });
    await office.link.publish(topicOf('MV-ONE', 'down', 'normal'), bytes('yours'), { qos: 1 });
    await until('our own message', () => ship.messages.length > 0 || ship.failures.length > 0);
    expect(ship.messages.map(({ payload }) => text(payload))).toEqual(['yours']);
  });
});

function tlsOf(options: { ca: string; cert: string; key: string }) {
  return { ca: readFileSync(options.ca), cert: readFileSync(options.cert), key: readFileSync(options.key) };
}
