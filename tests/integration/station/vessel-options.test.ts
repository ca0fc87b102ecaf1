import { describe, expect, test } from 'vitest';
import { ProgramEnd, readVesselOptions } from '#station/vessel-options.ts';

const defaults = { device: 'bridge', timeZone: 'Europe/Oslo', page: '/page', version: '1.2.3' };

/** Reads the options as the program does; what was written stands in `said`. */
function read(...argv: string[]) {
  let said = '';
  const write = (text: string) => (said += text);
  try {
    return { options: readVesselOptions(argv, defaults, { out: write, err: write }), said, exitCode: null };
  } catch (error) {
    if (!(error instanceof ProgramEnd)) throw error;
    return { options: null, said, exitCode: error.exitCode };
  }
}

const vessel = ['--data', 'folder', '--vessel', 'MV-AURORA'];

describe('The options of the vessel program', () => {
  test('that are left out have the values that most ships need', () => {
    expect(read(...vessel, '--mqtt', 'mqtt://shore.example').options).toMatchObject({
      data: 'folder',
      vessel: 'MV-AURORA',
      name: 'MV-AURORA',
      device: 'bridge',
      timeZone: 'Europe/Oslo',
      broker: { mqtt: 'mqtt://shore.example' },
      qos: {},
      port: 4810,
      token: null,
      page: '/page',
      logLevel: 'info',
    });
  });

  test('choose the delivery promise by kind of message, one by one or together', () => {
    expect(read(...vessel, '--no-mqtt', '--qos', 'changes=2', '--qos', 'telemetry=1').options?.qos).toEqual({
      changes: 2,
      telemetry: 1,
    });
    expect(read(...vessel, '--no-mqtt', '--qos', 'changes=2,presence=0').options?.qos).toEqual({
      changes: 2,
      presence: 0,
    });
  });

  test('can say that the node never uses a link', () => {
    expect(read(...vessel, '--no-mqtt').options?.broker).toBeNull();
  });

  test.each<[string, string[], RegExp]>([
    ['no folder', ['--vessel', 'MV-AURORA', '--no-mqtt'], /--data DIR is missing: the folder/],
    ['no vessel', ['--data', 'folder', '--no-mqtt'], /--vessel ID is missing: the id of the ship/],
    ['a vessel that cannot stand in a topic', ['--vessel', 'a/b'], /--vessel.*'a\/b'.*Letters, digits/],
    ['no broker', vessel, /--mqtt=URL is missing: the broker's address.*--no-mqtt/],
    ['a port that is none', [...vessel, '--no-mqtt', '--port', 'x'], /--port.*'x' is invalid. Give a number/],
    [
      'a port beyond the last',
      [...vessel, '--no-mqtt', '--port', '65536'],
      /--port.*Give a number from 0 to 65535/,
    ],
    ['a QoS that is none', [...vessel, '--no-mqtt', '--qos', 'changes=3'], /--qos.*changes=2.*0, 1 and 2/],
    [
      'a kind that is none',
      [...vessel, '--no-mqtt', '--qos', 'news=1'],
      /--qos.*telemetry, changes, presence/,
    ],
    ['a token that is too short', [...vessel, '--no-mqtt', '--token', 'x'], /--token.*16 to 200/],
    [
      'a time zone that is none',
      [...vessel, '--no-mqtt', '--time-zone', 'Mars/Base'],
      /--time-zone.*Europe\/Oslo/,
    ],
    ['a log level that is none', [...vessel, '--no-mqtt', '--log-level', 'loud'], /--log-level.*debug, info/],
    ['an option without its value', ['--data'], /--data <dir>' argument missing/],
    [
      'an option that is none',
      [...vessel, '--no-mqtt', '--prot', '1'],
      /unknown option '--prot'.*Did you mean --port/s,
    ],
    ['a word too many', [...vessel, '--no-mqtt', 'now'], /too many arguments/],
  ])('that are wrong (%s) are named, with what would be right', (_what, argv, words) => {
    const { exitCode, said } = read(...argv);
    expect(exitCode).toBe(2);
    expect(said).toMatch(words);
    expect(said).toContain('--help');
  });

  test('are all named by --help, with their places in the environment', () => {
    const { exitCode, said } = read('--help');
    expect(exitCode).toBe(0);
    const names = [
      'data',
      'vessel',
      'name',
      'mqtt',
      'ca',
      'cert',
      'key',
      'qos',
      'port',
      'token',
      'log-level',
    ];
    for (const name of names) expect(said).toContain(`--${name}`);
    expect(said).toMatch(/MQTT_URL[^]*PORT/);
  });
});
