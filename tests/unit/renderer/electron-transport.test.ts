import { describe, expect, test } from 'vitest';
import type { Bridge } from '#shared/contract/bridge.ts';
import type { CallResponse } from '#shared/contract/envelope.ts';
import { createElectronTransport } from '../../../src/renderer/lib/transport/electron.ts';

describe('The desktop app’s own channel', () => {
  test('a node that is stuck is told as lost since it was last asked in vain, and as there when it answers', async () => {
    let now = 0;
    let timers: { at: number; action: () => void }[] = [];
    const clock = {
      now: () => now,
      after(milliseconds: number, action: () => void) {
        const timer = { at: now + milliseconds, action };
        timers.push(timer);
        return () => {
          timers = timers.filter((each) => each !== timer);
        };
      },
    };
    const pass = (milliseconds: number): void => {
      now += milliseconds;
      for (const timer of timers.filter(({ at }) => at <= now)) {
        timers = timers.filter((each) => each !== timer);
        timer.action();
      }
    };
    let answer = (): void => {};
    const bridge: Bridge = {
      call: () =>
        new Promise<CallResponse>((resolve) => {
          answer = () => resolve({ id: 1, ok: true, output: null });
        }),
      on: () => () => {},
      node: {
        state: () => Promise.resolve({ phase: 'up', since: 0 }),
        onState: () => {},
        start: () => Promise.resolve(),
      },
    };
    const transport = createElectronTransport(bridge, clock, () => null);
    const phases: string[] = [];
    transport.onConnection(({ phase }) => phases.push(phase));
    await Promise.resolve();
    await Promise.resolve();
    pass(10_000);
    pass(10_000);
    expect(phases).toEqual(['open', 'lost']);
    expect(transport.connection().heardAt).toBe(10_000);
    answer();
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve));
    expect(phases).toEqual(['open', 'lost', 'open']);
  });
});
