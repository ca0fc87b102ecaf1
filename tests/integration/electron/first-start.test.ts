import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPage } from '#support/electron-stand-in/page.ts';
import { Bridge, polaris } from '#support/electron-stand-in/start.ts';
import { bridgeOf } from './bridge-of.ts';
import { installationOf, polarisChoice } from './installation-of.ts';

let bridge: Bridge;
beforeEach(() => {
  bridge = new Bridge();
});
afterEach(() => bridge.leave());

const kept = (): unknown => JSON.parse(readFileSync(bridge.file('arus.json'), 'utf8'));

describe('a first start', () => {
  test('opens its window, begins no vessel node and fixes nothing, however often it is left', async () => {
    for (const _ of [1, 2]) {
      const app = await bridge.start();
      expect(await app.nodeSettled()).toMatchObject({ phase: 'first-start' });
      expect(await app.askedFor('BrowserWindow')).toMatchObject([{ title: 'ARUS' }]);
      expect(await app.askedFor('utilityProcess.fork')).toEqual([]);
      expect(await installationOf(app).read()).toMatchObject({
        isSetUp: false,
        choice: { vessel: '', name: '', link: { mqtt: null } },
        idIsFixed: null,
      });
      const { call } = bridgeOf(openPage(app));
      expect(await call({ id: 1, method: 'vessel.info', input: {} })).toMatchObject({
        ok: false,
        error: { code: 'unavailable' },
      });
      expect(await app.close()).toEqual({ code: 0, stderr: '' });
      expect(existsSync(bridge.file('arus.json'))).toBe(false);
      expect(existsSync(bridge.file('vessel'))).toBe(false);
    }
  });

  test('writes the settings whole when a person presses Start, and only then begins the node', async () => {
    const app = await bridge.start();
    const answer = await installationOf(app).save(polarisChoice);
    expect(answer).toMatchObject({ said: 'saved', installation: { isSetUp: true } });
    expect(kept()).toEqual(polaris);
    expect(statSync(bridge.file('arus.json')).mode & 0o077).toBe(0);
    expect(await app.askedFor('window.setTitle')).toEqual([{ title: 'MV Polaris – ARUS' }]);

    expect(await app.nodeSettled()).toMatchObject({ phase: 'up' });
    const { call } = bridgeOf(openPage(app));
    expect(await call({ id: 1, method: 'vessel.info', input: {} })).toMatchObject({
      output: {
        vesselId: 'polaris',
        vesselName: 'MV Polaris',
        device: 'Bridge PC',
        timeZone: 'Asia/Singapore',
      },
    });
    await app.close();
    const again = await bridge.start();
    expect(await again.nodeSettled()).toMatchObject({ phase: 'up' });
  });

  test('is told in words at the field what is not right, and writes nothing', async () => {
    const app = await bridge.start();
    const { save } = installationOf(app);
    const wrong = { ...polarisChoice, vessel: 'no spaces/#', name: '', timeZone: 'Sea/Middle' };
    expect(await save(wrong)).toMatchObject({
      said: 'refused',
      problems: {
        vessel: expect.stringMatching(/^Letters, digits/) as unknown,
        name: expect.any(String) as unknown,
        timeZone: expect.stringMatching(/^Give the name of a time zone/) as unknown,
      },
    });
    expect(await save({ ...polarisChoice, vessel: 'shore' })).toMatchObject({
      problems: { vessel: "'shore' is the office's own name" },
    });
    const link = { ...polarisChoice.link, mqtt: 'http://broker' };
    expect(await save({ ...polarisChoice, link })).toMatchObject({
      problems: { 'link.mqtt': expect.stringMatching(/is not supported; give the broker as/) as unknown },
    });
    expect(existsSync(bridge.file('arus.json'))).toBe(false);
    expect(await app.nodeSettled()).toMatchObject({ phase: 'first-start' });
  });

  test('says that a full disk kept nothing, leaves nothing half written, and works once there is room', async () => {
    const app = await bridge.start();
    const { save } = installationOf(app);
    const link = {
      ...polarisChoice.link,
      mqtt: 'mqtts://127.0.0.1:9',
      mqttUser: 'polaris',
      password: 'secret',
    };
    for (const path of ['broker-password', 'arus.json']) {
      const right = app.failFiles({ calls: 'write', path, code: 'ENOSPC', times: Infinity });
      expect(await save({ ...polarisChoice, link })).toMatchObject({
        said: 'refused',
        words: expect.stringMatching(/cannot be written \(ENOSPC\).*Nothing was changed/s) as unknown,
      });
      right();
      expect(readdirSync(bridge.home).filter((name) => /^(arus\.json|broker-)/.test(name))).toEqual([]);
      expect(await app.nodeSettled()).toMatchObject({ phase: 'first-start' });
    }
    expect(await save({ ...polarisChoice, link })).toMatchObject({ said: 'saved' });
    const [secret = ''] = readdirSync(bridge.home).filter((name) => name.startsWith('broker-password-'));
    expect(kept()).toMatchObject({
      mqtt: 'mqtts://127.0.0.1:9',
      mqttUser: 'polaris',
      mqttPasswordFile: secret,
    });
    expect(readFileSync(bridge.file(secret), 'utf8')).toBe('secret\n');
    expect(statSync(bridge.file(secret)).mode & 0o077).toBe(0);
    // It is never shown again.
    expect(JSON.stringify(await installationOf(app).read())).not.toContain('secret');
  });

  test('takes nothing from a ship that another account set up while it stood open', async () => {
    const app = await bridge.start();
    const theirs = {
      ...polaris,
      mqtt: 'mqtts://127.0.0.1:9',
      mqttPasswordFile: 'broker-password-0a0b0c0d.txt',
    };
    writeFileSync(bridge.file('arus.json'), JSON.stringify(theirs));
    writeFileSync(bridge.file('broker-password-0a0b0c0d.txt'), 'secret');
    const { save } = installationOf(app);
    for (const vessel of ['polaris', 'borealis'])
      expect(await save({ ...polarisChoice, vessel })).toMatchObject({
        said: 'refused',
        words: expect.stringMatching(/^MV Polaris was set up here meanwhile.*Nothing was changed/) as unknown,
      });
    expect(kept()).toEqual(theirs);
    expect(existsSync(bridge.file('broker-password-0a0b0c0d.txt'))).toBe(true);
  });

  test('begins with what the command line and a file without an id say', async () => {
    const settings = { timeZone: 'Asia/Tokyo', qos: { changes: 2 } };
    const app = await bridge.start({ settings, args: ['--name=MV Borealis'] });
    expect(await installationOf(app).read()).toMatchObject({
      isSetUp: false,
      choice: { name: 'MV Borealis', timeZone: 'Asia/Tokyo' },
      overridden: { name: '--name' },
    });
    const choice = { ...polarisChoice, name: 'MV Borealis', timeZone: 'Asia/Tokyo' };
    expect(await installationOf(app).save(choice)).toMatchObject({ said: 'saved' });
    expect(kept()).toEqual({ ...polaris, ...settings, name: 'MV Borealis' });
  });

  test('is none where the command line names the ship; nothing is written then', async () => {
    const app = await bridge.start({ args: ['--vessel=polaris', '--name=MV Polaris'] });
    const info = await bridgeOf(openPage(app)).call({ id: 1, method: 'vessel.info', input: {} });
    expect(info).toMatchObject({ output: { vesselId: 'polaris', vesselName: 'MV Polaris' } });
    expect(existsSync(bridge.file('arus.json'))).toBe(false);
  });
});

describe('the file of an office', () => {
  const office = {
    arus: 'join',
    version: 1,
    office: 'Aurora Shipping',
    vessel: 'polaris',
    name: 'MV Polaris',
    broker: 'mqtts://broker.aurora.example:8883',
    user: 'polaris-ship',
  };

  test('fills in who the ship is and where the broker is', async () => {
    writeFileSync(bridge.file('polaris.arus-join'), JSON.stringify(office));
    const app = await bridge.start();
    await app.do({ do: 'will choose files', paths: [bridge.file('polaris.arus-join')] });
    const { ask } = installationOf(app);
    expect(await ask({ ask: 'join' })).toEqual({
      said: 'office',
      office: {
        office: 'Aurora Shipping',
        vessel: 'polaris',
        name: 'MV Polaris',
        mqtt: 'mqtts://broker.aurora.example:8883',
        mqttUser: 'polaris-ship',
        isKnown: false,
        ca: null,
      },
    });
    // The dialog was left.
    expect(await ask({ ask: 'join' })).toEqual({ said: 'office', office: null });
    expect(existsSync(bridge.file('arus.json'))).toBe(false);
  });

  test('is refused in words where it is something else, or far too large', async () => {
    writeFileSync(bridge.file('a.arus-join'), 'PK');
    writeFileSync(bridge.file('b.arus-join'), JSON.stringify({ ...office, more: 'x'.repeat(200_000) }));
    const app = await bridge.start();
    const { ask } = installationOf(app);
    const paths = ['a.arus-join', 'b.arus-join', 'c.arus-join'].map((name) => bridge.file(name));
    await app.do({ do: 'will choose files', paths });
    for (const sentence of [/not a file to join/, /b\.arus-join is too large/, /cannot be opened \(ENOENT\)/])
      expect(await ask({ ask: 'join' })).toMatchObject({
        said: 'refused',
        words: expect.stringMatching(sentence) as unknown,
      });
  });
});
