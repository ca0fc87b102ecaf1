import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { gatewayPresence, gatewayPresences, shoreInbox, topicOf, vesselInbox } from '#shared/sync/topics.ts';
import { certificateAuthority } from '#support/certificates.ts';
import { freePort, isListening } from '#support/ports.ts';
import { type RunningProgram, startProgram } from '#support/processes.ts';
import { projectRoot } from '#support/project.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { type TestLink, bytes, closeLinks, openLink, text } from '../link/open-link.ts';

const sample = join(projectRoot, 'resources', 'broker');
const users = ['shore', 'mv-polaris', 'mv-borealis'] as const;

let broker: RunningProgram;
let url: string;
let ca: string;
let directory: string;

/** Puts the sample where a keeper of a broker would, with certificates and users of its own. */
beforeAll(async () => {
  directory = temporaryDirectory('sample-broker');
  const authority = certificateAuthority();
  const own = authority.server();
  ca = authority.certificate;
  const port = await freePort();
  url = `mqtts://localhost:${port}`;
  mkdirSync(join(directory, 'data'), { mode: 0o777 });
  writeFileSync(join(directory, 'passwords'), '', { mode: 0o644 });
  for (const user of users) {
    execFileSync('mosquitto_passwd', ['-b', join(directory, 'passwords'), user, `${user} secret`]);
    writeFileSync(join(directory, `${user}.password`), `${user} secret\n`);
  }
  writeFileSync(join(directory, 'access-list'), readFileSync(join(sample, 'access-list')));
  const configuration = readFileSync(join(sample, 'mosquitto.conf'), 'utf8')
    .replace('listener 8883', `listener ${port} 127.0.0.1`)
    .replace('log_dest syslog', 'log_dest stdout')
    .replace('/etc/mosquitto/certs/authority.pem', ca)
    .replace('/etc/mosquitto/certs/broker.pem', own.certificate)
    .replace('/etc/mosquitto/certs/broker.key', own.key)
    .replace('/var/lib/mosquitto/', `${join(directory, 'data')}/`)
    .replaceAll('/etc/mosquitto/', `${directory}/`);
  const asRoot = process.getuid?.() === 0 ? 'user root\n' : '';
  writeFileSync(join(directory, 'mosquitto.conf'), `${asRoot}${configuration}`);
  broker = startProgram('/usr/sbin/mosquitto', ['-c', join(directory, 'mosquitto.conf')], { directory });
  await until('the broker', async () => !broker.isRunning || (await isListening(port)));
  if (!broker.isRunning) throw new Error(`Mosquitto refuses the sample:\n${broker.output()}`);
});
afterEach(closeLinks);
afterAll(() => broker.stop());

async function connect(user: (typeof users)[number], topics: readonly string[]): Promise<TestLink> {
  const link = openLink(
    { mqtt: url, ca, mqttUser: user, mqttPasswordFile: join(directory, `${user}.password`) },
    { subscriptions: topics.map((topic) => ({ topic, qos: 1 })) },
  );
  await link.up();
  return link;
}

const polaris = () => connect('mv-polaris', [vesselInbox('mv-polaris'), gatewayPresences]);
const shore = () => connect('shore', [shoreInbox, gatewayPresences]);

describe('the sample configuration of a broker', () => {
  test('lets a vessel and the gateway exchange everything they have to say', async () => {
    const [ship, gateway] = await Promise.all([polaris(), shore()]);
    const up = topicOf('mv-polaris', 'up', 'normal');
    const down = topicOf('mv-polaris', 'down', 'ack');
    await ship.link.publish(up, bytes('changes'), { qos: 1 });
    await gateway.link.publish(down, bytes('committed'), { qos: 1 });
    await gateway.link.publish(gatewayPresence('one'), bytes('here'), { qos: 1, retain: true });
    await until('both to have heard', () => ship.messages.length === 2 && gateway.messages.length === 2);
    expect(gateway.messages.map(({ topic }) => topic)).toContain(up);
    expect(ship.messages.map(({ topic }) => topic).toSorted()).toEqual(
      [down, gatewayPresence('one')].toSorted(),
    );
  });

  test.each([
    ['another vessel’s way up', topicOf('mv-borealis', 'up', 'normal')],
    ['another vessel’s way down', topicOf('mv-borealis', 'down', 'normal')],
    ['its own way down', topicOf('mv-polaris', 'down', 'ack')],
    ['a gateway’s presence', gatewayPresence('one')],
    ['anything else', 'elsewhere'],
  ])('does not let a vessel send on %s', async (_what, topic) => {
    const ship = await polaris();
    await expect(ship.link.publish(topic, bytes('forged'), { qos: 1 })).rejects.toMatchObject({
      code: 'refused',
    });
  });

  test('hands a vessel nothing that is meant for another', async () => {
    const [listener, gateway] = await Promise.all([connect('mv-polaris', ['arus/#']), shore()]);
    await gateway.link.publish(topicOf('mv-borealis', 'down', 'normal'), bytes('secret'), { qos: 1 });
    await gateway.link.publish(topicOf('mv-polaris', 'down', 'normal'), bytes('own'), { qos: 1 });
    const heard = () => listener.messages.map(({ payload }) => text(payload));
    await until('its own message', () => heard().includes('own'));
    expect(heard()).not.toContain('secret');
  });

  test('lets nobody in without a user', async () => {
    const { failures } = openLink({ mqtt: url, ca });
    await until('a refusal', () => failures.length > 0);
    expect(failures[0]).toMatchObject({ code: 'credentials' });
  });
});
