import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { certificateAuthority } from '#support/certificates.ts';
import { openPage } from '#support/electron-stand-in/page.ts';
import { Bridge, polaris } from '#support/electron-stand-in/start.ts';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { freePort } from '#support/ports.ts';
import { until } from '#support/until.ts';
import { bridgeOf } from './bridge-of.ts';
import { fileIn, installationOf, polarisChoice } from './installation-of.ts';

let bridge: Bridge;
let broker: Mosquitto | null = null;
beforeEach(() => {
  bridge = new Bridge();
});
afterEach(async () => {
  await bridge.leave();
  await broker?.remove();
  broker = null;
});

const kept = (): unknown => JSON.parse(readFileSync(bridge.file('arus.json'), 'utf8'));
const broker9 = { ...polaris, mqtt: 'mqtts://127.0.0.1:9' };

describe('settings of this computer', () => {
  test('are changed whole, keep what the page does not show, and begin the vessel node anew', async () => {
    const settings = { ...polaris, qos: { changes: 2 }, openLinksTo: ['manuals.example.com'] };
    const app = await bridge.start({ settings });
    const { call } = bridgeOf(openPage(app));
    await call({ id: 1, method: 'workOrders.create', input: { title: 'Test the horn' } });
    const answer = await installationOf(app).change({ name: 'MV Polaris II', timeZone: 'Etc/GMT-8' });
    expect(answer).toMatchObject({ said: 'saved', words: expect.stringContaining('starts anew') as unknown });
    expect(kept()).toEqual({ ...settings, name: 'MV Polaris II', timeZone: 'Etc/GMT-8' });
    expect(await app.askedFor('window.setTitle')).toEqual([{ title: 'MV Polaris II – ARUS' }]);
    expect(await app.nodeSettled()).toMatchObject({ phase: 'up' });
    expect(await call({ id: 2, method: 'vessel.info', input: {} })).toMatchObject({
      output: { vesselId: 'polaris', vesselName: 'MV Polaris II', timeZone: 'Etc/GMT-8' },
    });
    expect(await call({ id: 3, method: 'workOrders.list', input: {} })).toMatchObject({
      output: { items: [{ title: 'Test the horn' }] },
    });
    expect((await app.askedFor('utilityProcess.fork')).length).toBe(2);
  });

  test('of the window leave the vessel node alone, and those of the system go to the system', async () => {
    const app = await bridge.start({ settings: polaris });
    const { change, read } = installationOf(app);
    const node = await app.nodeSettled();
    const boot = bridge.file('appData', 'autostart', 'arus.desktop');
    expect((await read()).choice.startAtBoot).toBe(false);
    expect(await change({ hardwareAcceleration: false, closeToTray: true, startAtBoot: true })).toMatchObject(
      { said: 'saved', words: expect.stringContaining('next start of ARUS') as unknown },
    );
    expect(kept()).toEqual({ ...polaris, hardwareAcceleration: false, closeToTray: true });
    expect(readFileSync(boot, 'utf8')).toContain(`Exec="${process.execPath}"`);
    // A node that is begun anew is told as starting at once.
    expect(JSON.parse(String(await app.call('arus:node-state', [''])))).toEqual(node);
    await change({ hardwareAcceleration: true, closeToTray: false, startAtBoot: false });
    expect(kept()).toEqual(polaris);
    expect(existsSync(boot)).toBe(false);
  });

  test('of the command line are shown as such, and not written over', async () => {
    const args = ['--name=MV Borealis', '--no-hardware-acceleration'];
    const app = await bridge.start({ settings: polaris, args });
    const { read, change } = installationOf(app);
    expect(await read()).toMatchObject({
      choice: { name: 'MV Borealis', hardwareAcceleration: false },
      overridden: { name: '--name', hardwareAcceleration: '--no-hardware-acceleration' },
    });
    expect(await change({ device: 'Cargo office' })).toMatchObject({ said: 'saved' });
    expect(kept()).toEqual({ ...polaris, device: 'Cargo office' });
  });

  test('stay as they were where the disk is full, to the last byte, and the node runs on', async () => {
    const app = await bridge.start({ settings: polaris });
    const { change } = installationOf(app);
    app.failFiles({ calls: 'write', path: 'arus.json', code: 'ENOSPC', times: Infinity });
    const before = readFileSync(bridge.file('arus.json'));
    expect(await change({ name: 'MV Polaris II' })).toMatchObject({
      said: 'refused',
      words: expect.stringMatching(/ENOSPC.*Nothing was changed, and what you have typed stays/s) as unknown,
    });
    expect(readFileSync(bridge.file('arus.json'))).toEqual(before);
    expect(await app.nodeSettled()).toMatchObject({ phase: 'up' });
    expect((await app.askedFor('utilityProcess.fork')).length).toBe(1);
  });

  test('are told to nobody but our own page, and a page leads to no file by itself', async () => {
    const app = await bridge.start({ settings: polaris });
    const read = [JSON.stringify({ ask: 'read' })];
    for (const frame of [
      null,
      { url: 'https://example.com/', inside: false },
      { url: 'app://arus/', inside: true },
    ])
      await expect(app.call('arus:installation', read, { page: 'window', frame })).rejects.toThrow(/Refused/);
    const { save } = installationOf(app);
    const link = { ...polarisChoice.link, mqtt: 'mqtts://127.0.0.1:9' };
    for (const ca of ['/etc/passwd', '../vessel/arus.db', 'chosen-0000000000000000'])
      expect(await save({ ...polarisChoice, link: { ...link, ca } })).toMatchObject({
        said: 'refused',
        problems: { 'link.ca': 'Choose this file again' },
      });
    for (const text of [
      '',
      '{',
      '{"ask":"run"}',
      '['.repeat(100),
      `{"ask":"read","x":"${'x'.repeat(2_000_000)}"}`,
    ])
      expect(JSON.parse(String(await app.call('arus:installation', [text])))).toMatchObject({
        said: 'refused',
      });
    expect(kept()).toEqual(polaris);
  });
});

describe('the ship’s id', () => {
  test('may be changed while nothing has left this computer, and its work comes along', async () => {
    const app = await bridge.start({ settings: { ...polaris, vessel: 'vessel-46f01dfc' } });
    const { call } = bridgeOf(openPage(app));
    await call({ id: 1, method: 'workOrders.create', input: { title: 'Test the horn' } });
    expect((await installationOf(app).read()).idIsFixed).toBeNull();
    expect(await installationOf(app).change({ vessel: 'polaris' })).toMatchObject({ said: 'saved' });
    expect(await app.nodeSettled()).toMatchObject({ phase: 'up' });
    expect(await call({ id: 2, method: 'vessel.info', input: {} })).toMatchObject({
      output: { vesselId: 'polaris' },
    });
    expect(await call({ id: 3, method: 'workOrders.list', input: {} })).toMatchObject({
      output: { items: [{ title: 'Test the horn' }] },
    });
    expect(kept()).toMatchObject({ vessel: 'polaris', vesselBefore: 'vessel-46f01dfc' });
  });

  test('is fixed once a broker has let the ship in, and the page says why and what to do', async () => {
    broker = await startMosquitto();
    const app = await bridge.start({ settings: { ...polaris, mqtt: broker.url } });
    const { read, change } = installationOf(app);
    await until('the link is up', async () => (await read()).idIsFixed !== null);
    expect(await change({ vessel: 'borealis' })).toMatchObject({
      said: 'refused',
      problems: {
        vessel: expect.stringMatching(/in touch with shore as polaris\. Ask the office/) as unknown,
      },
    });
    expect(kept()).toEqual({ ...polaris, mqtt: broker.url });
  });

  test('that is not the database’s is put right from the screen that says so', async () => {
    await (await bridge.start({ settings: polaris })).close();
    const app = await bridge.start({ settings: { ...polaris, vessel: 'borealis' } });
    expect(await app.nodeSettled()).toMatchObject({ phase: 'stopped' });
    expect(await installationOf(app).change({ vessel: 'polaris' })).toMatchObject({ said: 'saved' });
    expect(await app.nodeSettled()).toMatchObject({ phase: 'up' });
  });
});

describe('the broker’s files', () => {
  test('are copied beside the settings for this user alone, and go when others take their place', async () => {
    const one = certificateAuthority('First authority');
    const other = certificateAuthority('Second authority');
    const app = await bridge.start({ settings: broker9 });
    const { choose, change, read } = installationOf(app);
    const link = (await read()).choice.link;
    const ours = (): string[] => readdirSync(bridge.home).filter((name) => name.startsWith('broker-'));
    await change({ link: { ...link, ca: fileIn(await choose('ca', one.certificate)) } });
    const [first = ''] = ours();
    expect(kept()).toEqual({ ...broker9, ca: first });
    expect(statSync(bridge.file(first)).mode & 0o077).toBe(0);
    expect((await read()).files.ca).toMatch(/^First authority, valid to \d{4}-/);
    await change({ link: { ...link, ca: fileIn(await choose('ca', other.certificate)) } });
    expect(ours()).toHaveLength(1);
    expect((await read()).files.ca).toMatch(/^Second authority/);
    await change({ link: { ...link, mqtt: null } });
    expect(ours()).toEqual([]);
    expect(kept()).toEqual(polaris);
  });

  test('that cannot be used are refused in words', async () => {
    const authority = certificateAuthority();
    const { certificate } = authority.client('polaris');
    const { key } = authority.client('borealis');
    writeFileSync(bridge.file('holiday.jpg'), 'JFIF');
    const app = await bridge.start({ settings: broker9 });
    const { choose, change, read } = installationOf(app);
    expect(await choose('ca', bridge.file('holiday.jpg'))).toMatchObject({
      said: 'refused',
      words: expect.stringMatching(/^holiday\.jpg holds no certificate in PEM form/) as unknown,
    });
    const link = { ...(await read()).choice.link, cert: fileIn(await choose('cert', certificate)) };
    expect(await change({ link })).toMatchObject({
      problems: { 'link.key': 'The certificate was given without the key that belongs to it' },
    });
    expect(await change({ link: { ...link, key: fileIn(await choose('key', key)) } })).toMatchObject({
      problems: { 'link.key': expect.stringMatching(/is not the key of the certificate/) as unknown },
    });
    expect(kept()).toEqual(broker9);
  });
});

describe('trying the link', () => {
  const link = { ...polarisChoice.link, mqttUser: 'polaris', password: 'right' };

  test('says whether the broker lets this ship in, and changes nothing, ashore and here', async () => {
    broker = await startMosquitto({
      passwords: { polaris: 'right' },
      accessList: ['pattern read arus/%u/down/#', 'pattern write arus/%u/up/#', 'topic read arus/shore/#'],
    });
    const mqtt = broker.url;
    const app = await bridge.start();
    const { ask } = installationOf(app);
    const tryIt = (change: Partial<typeof link>, vessel = 'polaris') =>
      ask({ ask: 'try link', vessel, link: { ...link, mqtt, ...change } });
    expect(await tryIt({})).toMatchObject({
      said: 'tried',
      isLetIn: true,
      words: expect.stringMatching(/^127\.0\.0\.1:\d+ lets this ship in/) as unknown,
    });
    expect(broker.log()).not.toMatch(/Received PUBLISH from arus-polaris-trial/);
    expect(await tryIt({ password: 'wrong' })).toMatchObject({
      isLetIn: false,
      words: expect.stringMatching(/does not (accept our user name|let us in)/) as unknown,
    });
    expect(existsSync(bridge.file('arus.json'))).toBe(false);
    expect(readdirSync(bridge.home).filter((name) => name.startsWith('broker-'))).toEqual([]);
  });

  test('says in words what is in the way', async () => {
    const authority = certificateAuthority();
    const server = authority.server();
    broker = await startMosquitto({
      tls: { authority: authority.certificate, certificate: server.certificate, key: server.key },
    });
    const app = await bridge.start({ settings: polaris });
    const { ask, choose } = installationOf(app);
    const tryIt = (mqtt: string, ca: string | null = null) =>
      ask({
        ask: 'try link',
        vessel: 'polaris',
        link: { ...link, mqtt, mqttUser: '', password: '', ca },
      });
    const nothing = await freePort();
    expect(await tryIt(`mqtt://127.0.0.1:${nothing}`)).toMatchObject({
      isLetIn: false,
      words: `Nothing listens at 127.0.0.1:${nothing}. Check the port, and that the broker runs.`,
    });
    expect(await tryIt(broker.url)).toMatchObject({
      isLetIn: false,
      words: expect.stringMatching(
        /not signed by an authority that we trust\. Check the file of the auth/,
      ) as unknown,
    });
    const ca = fileIn(await choose('ca', authority.certificate));
    expect(await tryIt(broker.url, ca)).toMatchObject({ isLetIn: true });
    expect(await tryIt('broker.example.com')).toMatchObject({
      said: 'refused',
      problems: { 'link.mqtt': expect.stringMatching(/^This is not an address/) as unknown },
    });
    expect(kept()).toEqual(polaris);
    expect(await app.nodeSettled()).toMatchObject({ phase: 'up' });
  });
});
