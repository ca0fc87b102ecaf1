import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { windowsRefuses } from '#support/electron-stand-in/windows-arguments.ts';
import { projectRoot } from '#support/project.ts';
import { readOptions, usage, withJoinedValues } from '../../src/main/electron/options.ts';
import { optionName, settingNames } from '../../src/main/electron/settings.ts';

describe('values on the command line of the desktop app', () => {
  test.each([
    [['--mqtt', 'mqtts://shore:8883', '--ca', 'shore.pem']],
    [['--name', 'MV:Polaris', '--disable-gpu']],
    [['--device', 'Bridge:2', '--data', 'C:\\arus']],
    [['--mqtt-user', 'ship:polaris', '--log-level', 'debug']],
  ])('are joined to their option, since Windows would end the app: %j', (args) => {
    expect(windowsRefuses(args)).toBe(true);
    const joined = withJoinedValues(args);
    expect(windowsRefuses(joined)).toBe(false);
    expect(readOptions(joined, '/ship')).toEqual(readOptions(args, '/ship'));
  });

  test.each([
    [
      ['--data', 'C:\\arus', '--disable-gpu'],
      ['--data=C:\\arus', '--disable-gpu'],
    ],
    [
      ['--mqtt=mqtt://a', '--help'],
      ['--mqtt=mqtt://a', '--help'],
    ],
    [
      ['--mqtt', '--help'],
      ['--mqtt', '--help'],
    ],
    [['--name'], ['--name']],
    [
      ['--', '--mqtt', 'mqtt://a', 'b'],
      ['--', '--mqtt', 'mqtt://a', 'b'],
    ],
  ])('%j stay what they are: %j', (args, joined) => {
    expect(withJoinedValues(args)).toEqual(joined);
  });

  test('are shown with = in the help, each of them', () => {
    const shown = [...usage.matchAll(/(--[a-z-]+)([= ])[A-Z]+/g)];
    expect(shown.filter(([, , between]) => between !== '=')).toEqual([]);
    const onlyInTheFile = ['qos', 'openLinksTo', 'hardwareAcceleration', 'closeToTray', 'vesselBefore'];
    const optional = settingNames.filter((name) => !onlyInTheFile.includes(name));
    expect(new Set(shown.map(([, name]) => name))).toEqual(
      new Set([...optional, 'data', 'logLevel', 'restoreCopy'].map(optionName)),
    );
  });

  test('are shown with = in every document that names an address', () => {
    const documents = [
      'README.md',
      ...readdirSync(join(projectRoot, 'docs')).map((name) => join('docs', name)),
    ];
    const split = documents
      .filter((name) => name.endsWith('.md'))
      .flatMap((name) =>
        [...readFileSync(join(projectRoot, name), 'utf8').matchAll(/--mqtt +(URL|mqtts?:)/g)].map(
          ([found]) => `${name}: ${found}`,
        ),
      );
    expect(split).toEqual([]);
  });
});
