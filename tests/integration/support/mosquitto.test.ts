import { readFileSync } from 'node:fs';
import { type IClientOptions, type MqttClient, connect, connectAsync } from 'mqtt';
import { afterEach, describe, expect, test } from 'vitest';
import { certificateAuthority } from '#support/certificates.ts';
import { type Mosquitto, type MosquittoOptions, startMosquitto } from '#support/mosquitto.ts';
import { isListening } from '#support/ports.ts';

const brokers: Mosquitto[] = [];
const clients: MqttClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
  await Promise.all(brokers.splice(0).map((broker) => broker.remove()));
});

async function broker(options?: MosquittoOptions): Promise<Mosquitto> {
  const started = await startMosquitto(options);
  brokers.push(started);
  return started;
}

async function client(url: string, options: IClientOptions = {}): Promise<MqttClient> {
  const connected = await connectAsync(url, { reconnectPeriod: 0, ...options }, false);
  clients.push(connected);
  return connected;
}

function closing(ofClient: MqttClient): Promise<void> {
  return new Promise((resolve) => {
    ofClient.on('error', () => undefined);
    ofClient.once('close', resolve);
  });
}

function nextMessage(ofClient: MqttClient): Promise<string> {
  return new Promise((resolve) => {
    ofClient.once('message', (_topic, payload) => resolve(payload.toString()));
  });
}

async function retained(url: string, topic: string): Promise<string> {
  const reader = await client(url);
  const message = nextMessage(reader);
  await reader.subscribeAsync(topic);
  return message;
}

describe('a real Mosquitto', () => {
  test('takes a message and delivers it', async () => {
    const { url } = await broker();
    const writer = await client(url);
    await writer.publishAsync('vessel/1', 'in step', { qos: 1, retain: true });
    expect(await retained(url, 'vessel/1')).toBe('in step');
  });

  test('forgets retained messages at a restart without persistence', async () => {
    const mosquitto = await broker();
    const writer = await client(mosquitto.url);
    await writer.publishAsync('vessel/1', 'old', { qos: 1, retain: true });
    await mosquitto.restart();
    const second = await client(mosquitto.url);
    await second.publishAsync('vessel/2', 'new', { qos: 1, retain: true });
    expect(await retained(mosquitto.url, 'vessel/#')).toBe('new');
  });

  test('keeps them with persistence, on the same port, as another process', async () => {
    const mosquitto = await broker({ persistence: true });
    const before = mosquitto.pid;
    const writer = await client(mosquitto.url);
    await writer.publishAsync('vessel/1', 'kept', { qos: 1, retain: true });
    await mosquitto.restart();
    expect(mosquitto.pid).not.toBe(before);
    expect(await retained(mosquitto.url, 'vessel/1')).toBe('kept');
    expect(mosquitto.log()).toContain('terminating');
  });

  test('is gone after kill -9, and back after a restart', async () => {
    const mosquitto = await broker();
    const writer = await client(mosquitto.url);
    const closed = closing(writer);
    await mosquitto.kill();
    await closed;
    expect(await isListening(mosquitto.port)).toBe(false);
    await mosquitto.restart();
    expect(await isListening(mosquitto.port)).toBe(true);
  });

  test('lets in only who knows a password, when passwords are set', async () => {
    const { url } = await broker({ passwords: { nordic: 'secret' } });
    await expect(client(url)).rejects.toThrow('Not authorized');
    await expect(client(url, { username: 'nordic', password: 'wrong' })).rejects.toThrow('Not authorized');
    expect((await client(url, { username: 'nordic', password: 'secret' })).connected).toBe(true);
  });

  test('holds a user to the topics of the access list', async () => {
    const { url } = await broker({
      passwords: { nordic: 'a', baltic: 'b' },
      accessList: ['pattern readwrite vessel/%u/#'],
    });
    const nordic = await client(url, { username: 'nordic', password: 'a' });
    const granted = await nordic.subscribeAsync('vessel/#', { qos: 1 });
    expect(granted).toHaveLength(1);
    const messages: string[] = [];
    nordic.on('message', (topic) => messages.push(topic));
    const baltic = await client(url, { username: 'baltic', password: 'b' });
    await baltic.publishAsync('vessel/baltic/up', '1', { qos: 1 });
    await baltic.publishAsync('vessel/nordic/up', '2', { qos: 1 });
    await nordic.publishAsync('vessel/nordic/up', '3', { qos: 1 });
    const own = nextMessage(nordic);
    await nordic.publishAsync('vessel/nordic/last', '4', { qos: 1 });
    await own;
    expect(messages.filter((topic) => topic !== 'vessel/nordic/last')).toEqual(['vessel/nordic/up']);
  });

  test('refuses a packet larger than it was told to take', async () => {
    const { url } = await broker({ maxPacketSize: 1000 });
    const writer = await client(url, { protocolVersion: 5 });
    const closed = closing(writer);
    writer.publish('vessel/1', Buffer.alloc(2000), { qos: 1 }, () => undefined);
    await closed;
    expect(writer.connected).toBe(false);
  });

  test('that cannot start shows why', async () => {
    await expect(startMosquitto({ furtherLines: ['no_such_setting 1'] })).rejects.toThrow(
      /did not start[^]*no_such_setting/,
    );
  });
});

describe('a real Mosquitto with TLS', () => {
  const authority = certificateAuthority();
  const ca = readFileSync(authority.certificate);
  const server = authority.server();
  const pem = ({ certificate, key }: { certificate: string; key: string }) => ({
    cert: readFileSync(certificate),
    key: readFileSync(key),
  });

  test('is trusted by who knows its authority, and by nobody else', async () => {
    const { url } = await broker({ tls: { authority: authority.certificate, ...server } });
    expect((await client(url, { ca })).connected).toBe(true);
    const stranger = readFileSync(certificateAuthority('Somebody else').certificate);
    await expect(client(url, { ca: stranger })).rejects.toThrow(/signature|self-signed|unable to/);
  });

  test('with an expired certificate is refused', async () => {
    const expired = authority.server({ expired: true });
    const { url } = await broker({ tls: { authority: authority.certificate, ...expired } });
    await expect(client(url, { ca })).rejects.toThrow('certificate has expired');
  });

  test('under another name than its certificate says is refused', async () => {
    const elsewhere = authority.server({ names: ['shore.example'] });
    const { url } = await broker({ tls: { authority: authority.certificate, ...elsewhere } });
    await expect(client(url, { ca })).rejects.toThrow('does not match');
  });

  test('takes the name in a client certificate as user, and refuses clients without one', async () => {
    const { url } = await broker({
      tls: { authority: authority.certificate, ...server, clientCertificates: true },
      accessList: ['pattern readwrite vessel/%u/#'],
    });
    const nordic = await client(url, { ca, ...pem(authority.client('nordic')) });
    const message = nextMessage(nordic);
    await nordic.subscribeAsync('vessel/nordic/#', { qos: 1 });
    await nordic.publishAsync('vessel/nordic/up', 'mine', { qos: 1 });
    expect(await message).toBe('mine');

    await expectRefused(url, { ca });
    await expectRefused(url, { ca, ...pem(authority.client('nordic', { expired: true })) });
    await expectRefused(url, { ca, ...pem(certificateAuthority('Somebody else').client('nordic')) });
  });
});

/** With TLS 1.3 the broker refuses a client's certificate after the handshake, so that the error differs. */
async function expectRefused(url: string, options: IClientOptions): Promise<void> {
  const refused = connect(url, { reconnectPeriod: 0, ...options });
  clients.push(refused);
  let accepted = false;
  refused.once('connect', () => {
    accepted = true;
  });
  await closing(refused);
  expect(accepted).toBe(false);
}
