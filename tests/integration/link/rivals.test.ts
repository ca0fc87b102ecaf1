import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Rivals } from '#link/rivals.ts';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { until } from '#support/until.ts';
import { closeLinks, openLink } from './open-link.ts';

let broker: Mosquitto;
beforeAll(async () => {
  broker = await startMosquitto();
});
afterEach(() => closeLinks());
afterAll(() => broker.remove());

test('two programs under one name are told so on Mosquitto, and throw each other out ever more seldom', async () => {
  const pace = { suspectedRivalWait: 300_000 };
  const one = openLink({ mqtt: broker.url }, { clientId: 'arus-shore-office' }, pace);
  await one.up();
  const two = openLink({ mqtt: broker.url }, { clientId: 'arus-shore-office' }, pace);
  const isTold = ({ failures }: typeof one): boolean =>
    failures.some(({ message }) => /under (our|the same) name/.test(message));
  await until('both to be told', () => isTold(one) && isTold(two));
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const ups = [...one.events, ...two.events].filter((event) => event === 'up').length;
  expect(ups).toBeLessThan(35);
});

const lost = { code: 'lost' as const, message: 'The connection to b was lost.' };

test('a broker that cuts without a word: the third time within seconds says what it probably is', () => {
  const rivals = new Rivals('arus-shore-office');
  const at = (now: number, lived: number) => rivals.onLoss(lost, { lived, isTakenOver: false }, now).message;
  expect(at(10_000, 5_000)).toBe(lost.message);
  expect(at(20_000, 5_000)).toBe(lost.message);
  expect(at(30_000, 5_000)).toMatch(/same name \(arus-shore-office\).*runs twice/s);
  expect(at(600_000, 5_000)).toBe(lost.message);
});

test('a link that stands for minutes and is lost now and then is not taken for that', () => {
  const rivals = new Rivals('arus-MV-A');
  for (let each = 1; each < 20; each += 1)
    expect(rivals.onLoss(lost, { lived: 40_000, isTakenOver: false }, each * 45_000)).toBe(lost);
  expect(rivals.longestWait(60_000)).toBe(60_000);
});
