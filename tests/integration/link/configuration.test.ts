import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { waitBeforeAttempt } from '#link/backoff.ts';
import {
  brokerConfiguration,
  brokerName,
  type BrokerOptions,
  ConfigurationError,
} from '#link/configuration.ts';
import { certificateAuthority, type KeyPair } from '#support/certificates.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';

let directory: string;
let ca: string;
let own: KeyPair;
let other: KeyPair;
beforeAll(() => {
  directory = temporaryDirectory('configuration');
  const authority = certificateAuthority();
  ca = authority.certificate;
  own = authority.client('MV-ONE');
  other = authority.client('MV-TWO');
  writeFileSync(join(directory, 'empty'), '');
  writeFileSync(join(directory, 'text'), 'not a certificate');
  writeFileSync(join(directory, 'torn'), readFileSync(ca, 'utf8').replace(/MII/, 'AAA'));
  writeFileSync(
    join(directory, 'locked'),
    '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n',
  );
});

const file = (name: string) => join(directory, name);

describe('The address of a broker', () => {
  test.each([
    ['mqtt://shore.example', 'shore.example', 1883, false],
    ['mqtts://shore.example', 'shore.example', 8883, true],
    ['mqtt://127.0.0.1:1999/', '127.0.0.1', 1999, false],
    ['mqtts://[2001:db8::1]:8884', '2001:db8::1', 8884, true],
  ])('%s is read', (mqtt, host, port, secure) => {
    const configuration = brokerConfiguration({ mqtt });
    expect(configuration).toMatchObject({ host, port, user: null, password: null });
    expect(configuration.tls !== null).toBe(secure);
  });

  test('may carry user and password, which its name for people leaves out', () => {
    const configuration = brokerConfiguration({ mqtt: 'mqtts://MV-ONE:s%40cret@shore.example' });
    expect(configuration).toMatchObject({ user: 'MV-ONE', password: 's@cret' });
    expect(brokerName(configuration)).toBe('shore.example:8883');
    expect(brokerName({ host: '::1', port: 1883 })).toBe('[::1]:1883');
  });
});

describe('A wrong option is named, with what would be right', () => {
  const at = (mqtt: string): BrokerOptions => ({ mqtt });
  const tls = (options: Partial<BrokerOptions>): BrokerOptions => ({
    mqtt: 'mqtts://shore.example',
    ...options,
  });

  test.each<[string, () => BrokerOptions, string, RegExp]>([
    ['no address', () => at('shore'), '--mqtt', /mqtt:\/\/HOST:PORT/],
    ['an empty one', () => at(''), '--mqtt', /mqtt:\/\/HOST:PORT/],
    ['another protocol', () => at('https://shore.example'), '--mqtt', /'https:\/\/' is not supported/],
    ['no host', () => at('mqtt://:1883'), '--mqtt', /mqtt:\/\/HOST:PORT/],
    ['port 0', () => at('mqtt://shore.example:0'), '--mqtt', /port 0/],
    ['a port that is none', () => at('mqtt://shore.example:99999'), '--mqtt', /mqtt:\/\/HOST:PORT/],
    ['a path', () => at('mqtt://shore.example/topic'), '--mqtt', /nothing may follow/],
    ['a password without a user', () => at('mqtt://:secret@shore.example'), '--mqtt-user', /whose it is/],
    [
      'a password file that is not there',
      () => tls({ mqttUser: 'a', mqttPasswordFile: file('none') }),
      '--mqtt-password-file',
      /does not exist/,
    ],
    [
      'an empty password file',
      () => tls({ mqttUser: 'a', mqttPasswordFile: file('empty') }),
      '--mqtt-password-file',
      /is empty/,
    ],
    ['an authority without TLS', () => ({ mqtt: 'mqtt://shore.example', ca }), '--ca', /mqtts:\/\//],
    ['an authority that is not there', () => tls({ ca: file('none') }), '--ca', /does not exist/],
    ['an authority that is a folder', () => tls({ ca: directory }), '--ca', /not a plain file/],
    ['an authority that is no certificate', () => tls({ ca: file('text') }), '--ca', /PEM/],
    ['an authority that is torn', () => tls({ ca: file('torn') }), '--ca', /cannot be read/],
    ['a certificate without its key', () => tls({ cert: own.certificate }), '--key', /belongs to it/],
    ['a key without its certificate', () => tls({ key: own.key }), '--cert', /belongs to it/],
    [
      "another certificate's key",
      () => tls({ cert: own.certificate, key: other.key }),
      '--key',
      /is not the key of/,
    ],
    ['a key that is none', () => tls({ cert: own.certificate, key: file('text') }), '--key', /PEM/],
    [
      'a key under a passphrase',
      () => tls({ cert: own.certificate, key: file('locked') }),
      '--key',
      /passphrase/,
    ],
  ])('%s', (_what, options, option, words) => {
    const attempt = () => brokerConfiguration(options());
    expect(attempt).toThrow(ConfigurationError);
    expect(attempt).toThrow(words);
    expect(attempt).toThrow(new RegExp(`^${option}: `));
  });

  test('and a password in the address is not repeated in the complaint', () => {
    expect(() => brokerConfiguration(at('mqtt://MV-ONE:s3cret@'))).toThrow(/^(?!.*s3cret)/);
    expect(() => brokerConfiguration(at('http://MV-ONE:s3cret@shore.example'))).toThrow(/^(?!.*s3cret)/);
  });
});

describe('The wait between two attempts', () => {
  const bounds = { shortestWait: 1_000, longestWait: 60_000 };

  test('doubles from 1 to 2 seconds up to 30 to 60, wherever chance falls', () => {
    const spans = [0, 1, 2, 3, 4, 5, 6, 100].map((failures) => [
      waitBeforeAttempt(failures, bounds, 0),
      waitBeforeAttempt(failures, bounds, 0.999_999),
    ]);
    expect(spans).toEqual([
      [1_000, 2_000],
      [2_000, 4_000],
      [4_000, 8_000],
      [8_000, 16_000],
      [16_000, 32_000],
      [30_000, 60_000],
      [30_000, 60_000],
      [30_000, 60_000],
    ]);
  });

  test('spreads a fleet that lost its broker together', () => {
    const waits = new Set(Array.from({ length: 100 }, (_, ship) => waitBeforeAttempt(5, bounds, ship / 100)));
    expect(waits.size).toBe(100);
  });
});
