import { mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { DesktopApp } from '#support/electron-stand-in/desktop-app.ts';
import { Bridge, polaris } from '#support/electron-stand-in/start.ts';

let bridge: Bridge;
beforeEach(() => {
  bridge = new Bridge();
});
afterEach(() => bridge.leave());

const log = (): string => readFileSync(bridge.file('logs', 'arus.log'), 'utf8');
const keptRelaunches = (): number[] =>
  z.array(z.number()).parse(JSON.parse(readFileSync(bridge.file('relaunches.json'), 'utf8')));
const minutesAgo = (...minutes: number[]): string =>
  JSON.stringify(minutes.map((ago) => Date.now() - ago * 60_000));

/** An error that nobody catches; resolves when the app has ended of it. */
async function fails(app: DesktopApp): Promise<void> {
  app.do({ do: 'throw' }).catch(() => {});
  expect(await app.exited).toMatchObject({ code: 1 });
}

describe('an error that nobody caught', () => {
  test('is logged under an id, and the app starts again by itself as it was started', async () => {
    const app = await bridge.start({
      settings: polaris,
      args: ['--mqtt', 'mqtt://127.0.0.1:9', '--disable-gpu'],
    });
    await fails(app);
    expect(await app.askedFor('app.relaunch')).toEqual([
      { args: ['--mqtt=mqtt://127.0.0.1:9', '--disable-gpu'] },
    ]);
    expect(await app.askedFor('dialog.showErrorBox')).toEqual([]);
    expect(log()).toMatch(/"id":"[0-9a-f]{8}","again":true/);
    expect(log()).toContain('Thrown on purpose');
    expect(keptRelaunches()).toHaveLength(1);
  });

  test('for the fourth time within an hour is told to a person, under the id in the log', async () => {
    writeFileSync(bridge.file('relaunches.json'), minutesAgo(59, 30, 1));
    const app = await bridge.start({ settings: polaris });
    await fails(app);
    expect(await app.askedFor('app.relaunch')).toEqual([]);
    const [box] = await app.askedFor('dialog.showErrorBox');
    const { content } = z.object({ content: z.string() }).parse(box);
    const id = /error ([0-9a-f]{8})/.exec(content)?.[1];
    expect(log()).toContain(`"id":"${id}"`);
  });

  test('for the fourth time in more than an hour is not', async () => {
    writeFileSync(bridge.file('relaunches.json'), minutesAgo(61, 30, 1));
    const app = await bridge.start({ settings: polaris });
    await fails(app);
    expect(await app.askedFor('app.relaunch')).toHaveLength(1);
    expect(keptRelaunches()).toHaveLength(3);
  });

  test.each(['', '{', '[true]', '["x"]'])(
    'counts from nothing where what was kept is %j',
    async (content) => {
      writeFileSync(bridge.file('relaunches.json'), content);
      const app = await bridge.start({ settings: polaris });
      await fails(app);
      expect(await app.askedFor('app.relaunch')).toHaveLength(1);
    },
  );

  test('is told to a person where it cannot be counted, as on a full disk', async () => {
    const app = await bridge.start({ settings: polaris });
    app.failFiles({ calls: 'write', path: 'relaunches.json', code: 'ENOSPC', times: Infinity });
    await fails(app);
    expect(await app.askedFor('app.relaunch')).toEqual([]);
    expect(await app.askedFor('dialog.showErrorBox')).toHaveLength(1);
  });
});

describe('crash dumps', () => {
  test('stay on this computer, in the folder of the installation', async () => {
    const app = await bridge.start({ settings: polaris });
    expect(await app.askedFor('crashReporter.start')).toEqual([{ uploadToServer: false }]);
    expect(await app.askedFor('app.setPath')).toContainEqual({
      name: 'crashDumps',
      path: bridge.file('crashes'),
    });
  });

  test('are kept to the newest ten', async () => {
    mkdirSync(bridge.file('crashes', 'pending'), { recursive: true });
    for (let dump = 0; dump < 14; dump += 1) {
      const file = bridge.file('crashes', 'pending', `${dump}.dmp`);
      writeFileSync(file, 'MDMP');
      utimesSync(file, 1_000 + dump, 1_000 + dump);
    }
    writeFileSync(bridge.file('crashes', 'settings.dat'), 'of crashpad');
    await bridge.start({ settings: polaris });
    const left = readdirSync(bridge.file('crashes', 'pending')).toSorted((one, other) =>
      one.localeCompare(other),
    );
    expect(left).toEqual(['10', '11', '12', '13', '4', '5', '6', '7', '8', '9'].map((dump) => `${dump}.dmp`));
    expect(readdirSync(bridge.file('crashes'))).toContain('settings.dat');
  });
});

describe('a process that dies', () => {
  const advice = "Untick 'Draw with the graphics card' under Settings";

  test('is logged, unless it ended as it should', async () => {
    const app = await bridge.start({ settings: polaris });
    await app.do({ do: 'process dies', type: 'Utility', reason: 'clean-exit' });
    expect(log()).not.toContain('A process of the app ended.');
    await app.do({ do: 'process dies', type: 'Utility', reason: 'oom' });
    expect(log()).toMatch(/"type":"Utility","reason":"oom","exitCode":139.*A process of the app ended\./);
    expect(log()).not.toContain(advice);
  });

  test('of graphics, again and again, has what helps said once', async () => {
    const app = await bridge.start({ settings: polaris });
    for (let death = 0; death < 5; death += 1) {
      expect(log().includes(advice)).toBe(death >= 3);
      await app.do({ do: 'process dies', type: 'GPU', reason: 'crashed' });
    }
    expect(log().split(advice)).toHaveLength(2);
  });

  test('of graphics says nothing of it where acceleration is off', async () => {
    const app = await bridge.start({ settings: { ...polaris, hardwareAcceleration: false } });
    for (let death = 0; death < 5; death += 1)
      await app.do({ do: 'process dies', type: 'GPU', reason: 'crashed' });
    expect(log()).not.toContain(advice);
  });
});

describe('hardware acceleration', () => {
  test.each([
    ['is used', {}, [], 0],
    ['is used where the settings say so', { hardwareAcceleration: true }, [], 0],
    ['is switched off by a setting', { hardwareAcceleration: false }, [], 1],
    ['is switched off for one run', { hardwareAcceleration: true }, ['--no-hardware-acceleration'], 1],
  ] as const)('%s', async (_what, setting, args, times) => {
    const app = await bridge.start({ settings: { ...polaris, ...setting }, args: [...args] });
    expect(await app.askedFor('app.disableHardwareAcceleration')).toHaveLength(times);
  });
});
