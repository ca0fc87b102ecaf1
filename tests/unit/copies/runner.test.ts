import { expect, test } from 'vitest';
import type { StartBeside } from '#shared/ports.ts';
import { silentLog } from '#support/silent-log.ts';
import { virtualEnvironment } from '#support/virtual-environment.ts';
import type { CopyWork } from '#vessel/copies/copy-work.ts';
import { Runner } from '#vessel/copies/runner.ts';

const work: CopyWork = { do: 'check', folder: '/', name: 'daily-1.db', at: 0 };

/** Work that does nothing until the test says so. */
function handWork(): { start: StartBeside; running: Parameters<StartBeside>[1][]; ended: number } {
  const hand = {
    running: [] as Parameters<StartBeside>[1][],
    ended: 0,
    start: ((_work, told) => {
      hand.running.push(told);
      return {
        end: () => {
          hand.ended += 1;
        },
      };
    }) satisfies StartBeside,
  };
  return hand;
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('a drive that does not answer is given up after its time, and nothing else is begun while it hangs', async () => {
  const environment = virtualEnvironment(silentLog);
  const hand = handWork();
  const runner = new Runner(environment, hand.start, () => undefined);
  const first = runner.run(work, 12_000_000);
  const second = runner.run(work, 0);
  await turn();
  // Two minutes, and one more for every 6 MB.
  environment.advance(239_000);
  expect(hand.ended).toBe(0);
  environment.advance(2_000);
  expect(await first).toEqual({ ok: false, why: 'failed', reason: 'It took too long and was given up.' });
  expect(hand.ended).toBe(1);
  // A call that the system does not come back from outlives being ended.
  await turn();
  expect([hand.running.length, runner.isBusy]).toEqual([1, true]);
  hand.running[0]?.onEnded();
  await turn();
  expect(hand.running).toHaveLength(2);
  hand.running[1]?.onTold({ answer: { ok: true, facts: null } });
  hand.running[1]?.onEnded();
  expect(await second).toEqual({ ok: true, facts: null });
  await turn();
  expect(runner.isBusy).toBe(false);
});

test('work that ends without a word has failed, and what it says that is no word of it is passed over', async () => {
  const hand = handWork();
  const runner = new Runner(virtualEnvironment(silentLog), hand.start, () => undefined);
  const answer = runner.run(work, 0);
  await turn();
  hand.running[0]?.onTold({ now: 'checking' });
  expect(runner.step).toBe('checking');
  hand.running[0]?.onTold('nonsense');
  hand.running[0]?.onEnded();
  expect(await answer).toEqual({ ok: false, why: 'failed', reason: 'It ended before it was done.' });
  expect(runner.step).toBeNull();
});

test('closed, it ends what runs and begins nothing that waits', async () => {
  const hand = handWork();
  const runner = new Runner(virtualEnvironment(silentLog), hand.start, () => undefined);
  const [first, second] = [runner.run(work, 0), runner.run(work, 0)];
  await turn();
  const closed = runner.close();
  expect(hand.ended).toBe(1);
  hand.running[0]?.onEnded();
  await closed;
  expect(await Promise.all([first, second])).toMatchObject([{ ok: false }, { reason: 'ARUS was closed.' }]);
  expect(hand.running).toHaveLength(1);
});
