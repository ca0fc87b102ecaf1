import { expect, test } from 'vitest';
import type { InstallationChoice } from '#shared/contract/installation.ts';
import { brokerOf } from '../../../src/main/electron/installation/broker-of.ts';
import { newPassword, newSettings } from '../../../src/main/electron/installation/new-settings.ts';

const link = {
  mqtt: 'mqtts://h:8883',
  mqttUser: 'polaris',
  password: null,
  ca: 'kept',
  cert: null,
  key: null,
};
const choice: InstallationChoice = {
  vessel: 'polaris',
  name: 'MV Polaris',
  device: 'Bridge PC',
  timeZone: 'UTC',
  link,
  hardwareAcceleration: true,
  closeToTray: false,
  startAtBoot: null,
};
const kept = {
  vessel: 'polaris',
  name: 'MV Old',
  device: 'Bridge PC',
  timeZone: 'UTC',
  mqtt: 'mqtts://h:8883',
  mqttUser: 'polaris',
  mqttPasswordFile: 'secret.txt',
  ca: 'ca.pem',
  qos: { changes: 2 },
  openLinksTo: ['manuals.example.com'],
};
const usual = { kept, choice, files: {}, overrides: {}, vessel: 'polaris' };

test('what the page does not show stays as it was', () => {
  expect(newSettings(usual)).toEqual({ ...kept, name: 'MV Polaris' });
});

test('files and a password that are new take the place of the old', () => {
  const files = { cert: 'broker-cert-1.pem', mqttPasswordFile: 'broker-password-1.txt' };
  expect(newSettings({ ...usual, files })).toEqual({ ...kept, name: 'MV Polaris', ...files });
});

test('a password and files that are left out are named no more, and no office leaves nothing of it', () => {
  const left = newSettings({ ...usual, choice: { ...choice, link: { ...link, password: '', ca: null } } });
  expect(left).not.toHaveProperty('mqttPasswordFile');
  expect(left).not.toHaveProperty('ca');
  const { mqttUser: _, mqttPasswordFile: __, ca: ___, ...rest } = kept;
  const none = newSettings({ ...usual, choice: { ...choice, link: { ...link, mqtt: null } } });
  expect(none).toEqual({ ...rest, name: 'MV Polaris', mqtt: null });
});

test.each([
  ['another host', 'mqtts://elsewhere:8883', false],
  ['the same host over no TLS', 'mqtt://h:1883', false],
  ['another port of the same host', 'mqtts://h:8884', true],
])('a password that is kept and %s', (_what, mqtt, goesAlong) => {
  const next = newSettings({ ...usual, choice: { ...choice, link: { ...link, mqtt } } });
  expect('mqttPasswordFile' in next).toBe(goesAlong);
  const { mqttPasswordFile: _, ...inAddress } = { ...kept, mqtt: 'mqtts://polaris:secret@h:8883' };
  expect(newPassword({ ...link, mqtt }, inAddress)).toBe(goesAlong ? 'secret' : null);
  expect(brokerOf({ ...link, mqtt }, kept)?.mqttPasswordFile).toBe(goesAlong ? 'secret.txt' : undefined);
  expect(brokerOf({ ...link, mqtt }, inAddress)?.mqttPassword).toBe(goesAlong ? 'secret' : undefined);
});

test('what the command line says for this run is not written over what stands there', () => {
  const overrides = { name: 'MV Polaris', mqttUser: 'other', timeZone: 'Asia/Tokyo' };
  const next = newSettings({
    ...usual,
    overrides,
    choice: { ...choice, timeZone: 'Asia/Tokyo', link: { ...link, mqttUser: 'other' } },
  });
  expect(next).toEqual(kept);
  // Where nothing stands yet a ship still needs a name.
  expect(newSettings({ ...usual, kept: {}, overrides, vessel: null })).toMatchObject({ name: 'MV Polaris' });
});

test('another id is written with the one before it', () => {
  expect(newSettings({ ...usual, choice: { ...choice, vessel: 'borealis' } })).toMatchObject({
    vessel: 'borealis',
    vesselBefore: 'polaris',
  });
  expect(newSettings({ ...usual, vessel: null })).not.toHaveProperty('vesselBefore');
});

test('a password in the address moves to a file of its own', () => {
  expect(newPassword(link, { mqtt: 'mqtts://polaris:s%20cret@h:8883' })).toBe('s cret');
  expect(newPassword(link, kept)).toBeNull();
  expect(newPassword({ ...link, password: '' }, { mqtt: 'mqtts://polaris:x@h' })).toBeNull();
  expect(newPassword({ ...link, mqtt: null, password: 'typed' }, kept)).toBeNull();
});
