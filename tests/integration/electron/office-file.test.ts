import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinFileLimit, joinFileText, readJoinFile } from '#shared/installation/join-file.ts';
import { joiningShapes } from '#shared/office/joining.ts';
import { certificateAuthority } from '#support/certificates.ts';
import { Bridge } from '#support/electron-stand-in/start.ts';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { type Postgres, startPostgres } from '#support/postgres.ts';
import { errorIn, type Shore, startShore } from '#support/shore.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { startVessel } from '../api/support/vessel.ts';
import { installationOf, polarisChoice } from './installation-of.ts';

const authority = certificateAuthority('Aurora authority');
const pem = readFileSync(authority.certificate, 'utf8');

describe('the file with which a ship joins an office', () => {
  let postgres: Postgres;
  let broker: Mosquitto;
  let shore: Shore;
  beforeAll(async () => {
    [postgres, broker] = await Promise.all([startPostgres({ fsync: false }), startMosquitto()]);
    const caFile = join(temporaryDirectory('ships-ca'), 'ca.pem');
    // Some keep notes in such files, which are nobody's to pass on.
    writeFileSync(caFile, `# made by M. Berg, password of the vault: rosebud\n${pem}`);
    shore = await startShore([
      '--database',
      postgres.url,
      '--mqtt',
      broker.url,
      '--office',
      'Aurora Shipping',
      '--ships-mqtt',
      'mqtts://broker.aurora.example:8883',
      '--ships-ca',
      caFile,
      '--vessels',
      'polaris,astrid',
    ]);
  });
  afterAll(async () => {
    await shore.stop();
    await broker.remove();
    await postgres.remove();
  });

  const make = (id: string, body: unknown) =>
    shore.ask(`/api/vessels/${id}/join-file`, { method: 'POST', body });

  test('goes from the office into the app, and becomes the settings of the link', async () => {
    const answer = await make('polaris', { name: 'MV Polaris', user: 'polaris-ship' });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('rosebud');
    const bridge = new Bridge();
    try {
      writeFileSync(bridge.file('polaris.arus-join'), answer.text);
      const app = await bridge.start();
      await app.do({ do: 'will choose files', paths: [bridge.file('polaris.arus-join')] });
      const { ask } = installationOf(app);
      const joined = await ask({ ask: 'join' });
      if (joined.said !== 'office' || joined.office === null) throw new Error(JSON.stringify(joined));
      const { office, vessel, name, mqtt, mqttUser, ca, isKnown } = joined.office;
      expect({ office, vessel, name, isKnown }).toEqual({
        office: 'Aurora Shipping',
        vessel: 'polaris',
        name: 'MV Polaris',
        isKnown: false,
      });
      const link = {
        ...polarisChoice.link,
        mqtt,
        mqttUser,
        password: 'told by telephone',
        ca: ca?.id ?? null,
      };
      expect(await ask({ ask: 'save', choice: { ...polarisChoice, vessel, name, link } })).toMatchObject({
        said: 'saved',
      });
      const settings = JSON.parse(readFileSync(bridge.file('arus.json'), 'utf8')) as Record<string, string>;
      expect(settings).toMatchObject({
        vessel: 'polaris',
        mqtt: 'mqtts://broker.aurora.example:8883',
        mqttUser: 'polaris-ship',
      });
      expect(readFileSync(bridge.file(settings['ca'] ?? ''), 'utf8').trim()).toBe(pem.trim());
      expect(readdirSync(bridge.home).filter((file) => file.startsWith('broker-ca-'))).toEqual([
        settings['ca'],
      ]);
    } finally {
      await bridge.leave();
    }
  });

  test('takes what it is told over what the gateway was started with', async () => {
    const told = { name: 'MV Polaris', office: 'Borealis Lines', broker: 'mqtts://10.0.0.4', ca: null };
    const { text } = await make('polaris', told);
    expect(readJoinFile(text)).toEqual({
      arus: 'join',
      version: 1,
      vessel: 'polaris',
      name: 'MV Polaris',
      office: 'Borealis Lines',
      broker: 'mqtts://10.0.0.4',
    });
    expect(joiningShapes.proposal.parse(await shore.get('/api/joining'))).toMatchObject({
      office: 'Aurora Shipping',
      broker: 'mqtts://broker.aurora.example:8883',
    });
  });

  test('is refused in words at the field where the app would not take it, and holds no secret', async () => {
    const name = 'MV Polaris';
    const key = readFileSync(authority.server().key, 'utf8');
    const ended = readFileSync(authority.server({ expired: true }).certificate, 'utf8');
    const wrong: [object, string, RegExp][] = [
      [{}, 'name', /needs a name/],
      [{ name: 'MV\nPolaris' }, 'name', /control characters/],
      [{ name, broker: 'mqtts://polaris:secret@broker' }, 'broker', /An address such as/],
      [{ name, broker: 'https://broker' }, 'broker', /An address such as/],
      [{ name, broker: 'mqtts://broker:99999' }, 'broker', /not an address/],
      [{ name, ca: 'x' }, 'ca', /./],
      [{ name, ca: `${pem}${key}` }, 'ca', /private key does not belong/],
      [{ name, ca: pem.replace(/[A-Z]/g, 'A') }, 'ca', /./],
      [{ name, ca: ended }, 'ca', /ended on/],
      [{ name, ca: `${pem}${'x'.repeat(100_000)}` }, 'ca', /At most 100,000/],
      [{ name, password: 'secret' }, 'password', /no such field/],
    ];
    for (const [body, path, words] of wrong) {
      const answer = await make('polaris', body);
      expect(answer.status, JSON.stringify(body).slice(0, 80)).toBe(400);
      const detail = errorIn(answer).details?.find((each) => each.path === path);
      expect(detail?.message, path).toMatch(words);
      expect(answer.text).not.toContain('secret');
    }
    expect((await make('no%20spaces', { name })).status).toBe(400);
    // It would come to the broker, and hear nothing.
    const stranger = await make('borealis', { name: 'MV Borealis' });
    expect(stranger.status).toBe(409);
    expect(errorIn(stranger).message).toMatch(/takes only the vessels/);
  });

  test('says of a ship that has records here that they come over the link, and knows her name', async () => {
    const ship = await startVessel('astrid', 'MV Astrid', broker.url);
    try {
      await ship.call('workOrders.create', { title: 'Fit the zinc anodes' });
      const file = await until('the ship ashore', async () => {
        const answer = await make('astrid', {});
        return answer.status === 200 && readJoinFile(answer.text).known === true ? answer.text : null;
      });
      expect(readJoinFile(file)).toMatchObject({ vessel: 'astrid', name: 'MV Astrid' });
    } finally {
      await ship.stop();
    }
  });

  test('is told in the OpenAPI document, where no password stands in it', async () => {
    const document = (await shore.get('/api/openapi.json')) as { paths: Record<string, { post?: object }> };
    const told = JSON.stringify(document.paths['/api/vessels/{id}/join-file']);
    expect(told).toContain('"joining.make"');
    expect(told).toContain('"broker"');
    expect(told).not.toMatch(/"(mqttP|p)assword/);
  });
});

test('a file that the app would find too large is not made', () => {
  const file = {
    arus: 'join',
    version: 1,
    office: 'A',
    vessel: 'polaris',
    name: 'P',
    broker: 'mqtts://b',
  } as const;
  expect(joinFileText(file).length).toBeLessThan(joinFileLimit);
  const line = `-----BEGIN CERTIFICATE-----${'\n'.repeat(80_000)}`;
  expect(() => joinFileText({ ...file, ca: line })).toThrow(/too much/);
});

test('a gateway is not started with an authority for ships that is none', async () => {
  const file = join(temporaryDirectory('ships-ca'), 'key.pem');
  writeFileSync(file, readFileSync(authority.server().key));
  const options = ['--database', 'pglite:x', '--mqtt', 'mqtt://127.0.0.1:1', '--ships-ca', file];
  await expect(startShore(options)).rejects.toThrow(/--ships-ca: .*There is a private key in it/);
});
