import { describe, expect, test } from 'vitest';
import type { Bridge } from '#shared/contract/bridge.ts';
import type { CallResponse } from '#shared/contract/envelope.ts';
import type { NodeState } from '#shared/contract/node-state.ts';
import { createElectronTransport } from '../../../src/renderer/lib/transport/electron.ts';

/** A clock that a test moves. */
function handClock() {
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
  return { clock, pass };
}

/** A bridge whose node is in the state that a test says. */
function bridgeWith(first: NodeState) {
  const listeners: ((state: NodeState) => void)[] = [];
  const started: string[] = [];
  let calls = 0;
  const bridge: Bridge = {
    call: () => {
      calls += 1;
      return Promise.resolve({ id: 1, ok: true, output: { items: [] } });
    },
    on: () => () => {},
    node: {
      state: () => Promise.resolve(first),
      onState: (listener) => void listeners.push(listener),
      start: () => {
        started.push('start');
        return Promise.resolve();
      },
      goBackTo: () => Promise.resolve(),
    },
    installation: () => Promise.reject(new Error('Not asked for here')),
  };
  return {
    bridge,
    started,
    becomes: (state: NodeState) => listeners.forEach((listener) => listener(state)),
    calls: () => calls,
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('The desktop app’s own channel', () => {
  test('a node that is stuck is told as lost since it was last asked in vain, and as there when it answers', async () => {
    const { clock, pass } = handClock();
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
        goBackTo: () => Promise.resolve(),
      },
      installation: () => Promise.reject(new Error('Not asked for here')),
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

  test('what the page asks while the node starts waits for it, and each step is told', async () => {
    const { clock } = handClock();
    const { bridge, becomes, calls } = bridgeWith({ phase: 'starting', since: 0, step: null });
    const transport = createElectronTransport(bridge, clock, () => null);
    const asked = transport.call('crew.list', {});
    await settled();
    expect(transport.connection().phase).toBe('connecting');
    becomes({ phase: 'starting', since: 0, step: 'checking' });
    expect(transport.connection().node).toMatchObject({ step: 'checking' });
    expect(calls()).toBe(0);
    becomes({ phase: 'up', since: 1 });
    expect(await asked).toEqual({ items: [] });
    expect(calls()).toBe(1);
  });

  test('a node that cannot start is stopped for a page that has shown nothing, and lost for one that has', async () => {
    const stopped = {
      phase: 'stopped',
      since: 2,
      reason: 'The disk is full.',
      nextAttemptAt: 17,
      copy: null,
    } as const;
    const { clock } = handClock();
    const fresh = bridgeWith(stopped);
    const first = createElectronTransport(fresh.bridge, clock, () => null);
    await settled();
    expect(first.connection()).toMatchObject({ phase: 'stopped', nextAttemptAt: 17, node: stopped });
    first.retryNow();
    expect(fresh.started).toEqual(['start']);

    const shown = bridgeWith({ phase: 'up', since: 0 });
    const second = createElectronTransport(shown.bridge, clock, () => null);
    await settled();
    shown.becomes({ phase: 'down', since: 1, nextAttemptAt: 1 });
    shown.becomes(stopped);
    expect(second.connection()).toMatchObject({ phase: 'lost', node: stopped });
    shown.becomes({ phase: 'up', since: 20 });
    expect(second.connection().phase).toBe('open');
  });

  test('a state that was asked for does not undo one that was told meanwhile', async () => {
    const { clock } = handClock();
    const { bridge, becomes } = bridgeWith({ phase: 'starting', since: 0, step: null });
    const transport = createElectronTransport(bridge, clock, () => null);
    becomes({ phase: 'up', since: 1 });
    await settled();
    expect(transport.connection().phase).toBe('open');
  });
});
