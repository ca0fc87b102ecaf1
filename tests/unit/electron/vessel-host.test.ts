import { beforeEach, describe, expect, test } from 'vitest';
import type { NodeState } from '#shared/contract/node-state.ts';
import { silentLog } from '#support/silent-log.ts';
import { type VirtualEnvironment, virtualEnvironment } from '#support/virtual-environment.ts';
import type { FromVessel, ToVessel, VesselStart } from '../../../src/main/electron/vessel/messages.ts';
import { nextStart } from '../../../src/main/electron/vessel/restarts.ts';
import { VesselHost } from '../../../src/main/electron/vessel/vessel-host.ts';

/** A process of which the test says what it tells and when it ends. */
class ScriptedProcess {
  readonly posted: ToVessel[] = [];
  killed = false;
  #hear = (_message: unknown): void => {};
  #exit = (_code: number): void => {};

  post(message: ToVessel): void {
    this.posted.push(message);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.#hear = listener;
  }
  onExit(listener: (code: number) => void): void {
    this.#exit = listener;
  }
  kill(): void {
    this.killed = true;
    this.#exit(9);
  }
  tells(message: FromVessel): void {
    this.#hear(message);
  }
  says(anything: unknown): void {
    this.#hear(anything);
  }
  ends(code = 1): void {
    this.#exit(code);
  }
  get calls(): { id: number; text: string }[] {
    return this.posted.flatMap((message) => (message.do === 'call' ? [message] : []));
  }
}

const start: VesselStart = {
  settings: { vessel: 'polaris', name: 'Polaris', device: 'Bridge PC', timeZone: 'UTC', mqtt: null },
  settingsFile: '/x/arus.json',
  isShared: false,
  passwordFileOfThisRun: null,
  dataDirectory: '/x/vessel',
  version: '1.0.0',
  logLevel: 'info',
  logFile: null,
  restoreCopy: null,
};

let environment: VirtualEnvironment;
let forked: ScriptedProcess[];
let states: NodeState[];
let events: string[];
let host: VesselHost;

const latest = (): ScriptedProcess => {
  const process = forked.at(-1);
  if (process === undefined) throw new Error('Nothing was forked');
  return process;
};
const cannotStart = (mayPass: boolean, isInUse = false): void => {
  latest().tells({ told: 'cannot start', reason: 'The disk is full.', mayPass, isInUse, copy: null });
  expect(latest().posted.at(-1)).toEqual({ do: 'close' });
  latest().ends(0);
};
const refusalIn = async (answer: Promise<string>): Promise<unknown> => JSON.parse(await answer);

beforeEach(() => {
  environment = virtualEnvironment(silentLog);
  forked = [];
  states = [];
  events = [];
  host = new VesselHost(start, {
    fork: () => {
      const process = new ScriptedProcess();
      forked.push(process);
      return process;
    },
    environment,
    onEvent: (text) => events.push(text),
    onState: (state) => states.push(state),
  });
  host.begin();
});

describe('a node that starts', () => {
  test('is told everything first, and tells what it does until it is up', () => {
    expect(latest().posted).toEqual([{ do: 'start', start }]);
    latest().tells({ told: 'step', step: 'checking' });
    latest().tells({ told: 'up' });
    expect(states).toMatchObject([{ phase: 'starting', step: 'checking' }, { phase: 'up' }]);
  });

  test('is not passed calls before it is up: they are answered at once', async () => {
    expect(await refusalIn(host.call('{"id":1}'))).toMatchObject({
      ok: false,
      error: { code: 'unavailable', retryable: true },
    });
    expect(latest().calls).toEqual([]);
  });
});

describe('a call', () => {
  beforeEach(() => latest().tells({ told: 'up' }));

  test('is answered with the text that came for it, in whatever order', async () => {
    const first = host.call('a');
    const second = host.call('b');
    const [a, b] = latest().calls;
    latest().tells({ told: 'answer', id: b?.id ?? 0, text: 'B' });
    latest().tells({ told: 'answer', id: a?.id ?? 0, text: 'A' });
    expect([await first, await second]).toEqual(['A', 'B']);
  });

  test('under way when the node ends is answered that nobody knows whether it was done', async () => {
    const answer = host.call('a');
    latest().ends();
    expect(await refusalIn(answer)).toMatchObject({
      error: { message: expect.stringContaining('Look whether the change was made') as unknown },
    });
  });

  test('larger than a call may be, or one of too many, is refused without the node', async () => {
    expect(await refusalIn(host.call('x'.repeat(1_048_577)))).toMatchObject({
      error: { code: 'too_large' },
    });
    for (let calls = 0; calls < 1_000; calls += 1) void host.call('a');
    expect(await refusalIn(host.call('a'))).toMatchObject({ error: { code: 'unavailable' } });
    expect(latest().calls).toHaveLength(1_000);
  });

  test('answered twice, or by nobody’s number, harms nothing; nor does a word that is none', async () => {
    const answer = host.call('a');
    const id = latest().calls[0]?.id ?? 0;
    latest().tells({ told: 'answer', id: 999, text: 'other' });
    latest().says({ told: 'nonsense' });
    latest().says(null);
    latest().tells({ told: 'answer', id, text: 'A' });
    latest().tells({ told: 'answer', id, text: 'again' });
    expect(await answer).toBe('A');
    latest().tells({ told: 'event', text: 'E' });
    expect(events).toEqual(['E']);
  });
});

describe('a node that ends by itself', () => {
  test('is started again at once, then ever more slowly, and never given up', () => {
    latest().tells({ told: 'up' });
    const waits: number[] = [];
    for (let deaths = 0; deaths < 7; deaths += 1) {
      latest().ends();
      const { phase, nextAttemptAt } = states.at(-1) as { phase: string; nextAttemptAt: number };
      expect(phase).toBe('down');
      const before = forked.length;
      waits.push(nextAttemptAt - environment.now());
      environment.advance(nextAttemptAt - environment.now());
      expect(forked).toHaveLength(before + 1);
      latest().tells({ told: 'up' });
    }
    expect(waits).toEqual([0, 1_000, 5_000, 15_000, 60_000, 60_000, 60_000]);
  });

  test('long after the last time is started at once again', () => {
    expect(nextStart([0, 1, 2, 700_000])).toEqual({ deaths: [700_000], delayMs: 0 });
  });

  test('is started now when a person says so', () => {
    latest().ends();
    environment.advance(0);
    latest().ends();
    expect(forked).toHaveLength(2);
    host.startNow();
    expect(forked).toHaveLength(3);
    environment.advance(60_000);
    expect(forked).toHaveLength(3);
  });
});

describe('a node that cannot start', () => {
  test('for a cause that stays is left until a person asks', () => {
    cannotStart(false);
    expect(states.at(-1)).toMatchObject({ phase: 'stopped', nextAttemptAt: null });
    environment.advance(3_600_000);
    expect(forked).toHaveLength(1);
    host.startNow();
    expect(forked).toHaveLength(2);
    latest().tells({ told: 'up' });
    expect(host.state.phase).toBe('up');
  });

  test('for a cause that may pass is tried quietly at first, then told, and comes up by itself', () => {
    cannotStart(true);
    environment.advance(1_000);
    cannotStart(true);
    expect(states.every(({ phase }) => phase === 'starting')).toBe(true);
    environment.advance(1_000);
    cannotStart(true);
    expect(states.at(-1)).toMatchObject({ phase: 'stopped', reason: 'The disk is full.' });
    const since = host.state.since;
    environment.advance(15_000);
    cannotStart(true);
    expect(host.state).toMatchObject({ phase: 'stopped', since });
    environment.advance(15_000);
    latest().tells({ told: 'up' });
    expect(host.state.phase).toBe('up');
  });
});

test('while another program has the ship open, nobody says here whether its id may change', async () => {
  cannotStart(false, true);
  expect(host.isInUseElsewhere).toBe(true);
  expect(await host.whyIdIsSettled()).toMatch(/Another ARUS .* Close it there first\./);
  host.startNow();
  latest().tells({ told: 'up' });
  expect(host.isInUseElsewhere).toBe(false);
});

describe('a node that can go back to a copy', () => {
  const copy = { name: 'daily-2026-11-30.db', madeAt: 5 };
  beforeEach(() => {
    latest().tells({ told: 'cannot start', reason: 'It is damaged.', mayPass: false, isInUse: false, copy });
    latest().ends(0);
  });
  const asked = (): (string | null)[] =>
    forked.flatMap(({ posted }) =>
      posted.flatMap((message) => (message.do === 'start' ? [message.start.restoreCopy] : [])),
    );

  test('says which, and goes back to it once, on a person’s word', () => {
    expect(host.state).toMatchObject({ phase: 'stopped', copy });
    host.goBackTo(copy.name);
    expect(asked()).toEqual([null, copy.name]);
    latest().tells({ told: 'step', step: 'opening' });
    expect(host.state).toMatchObject({ phase: 'starting', step: 'opening' });
    latest().ends();
    environment.advance(0);
    expect(asked()).toEqual([null, copy.name, null]);
  });

  test('goes back to no other, and to none while it runs', () => {
    host.goBackTo('../arus.db');
    expect(forked).toHaveLength(1);
    host.startNow();
    latest().tells({ told: 'up' });
    host.goBackTo(copy.name);
    expect(asked()).toEqual([null, null]);
  });
});

describe('a node that is stuck', () => {
  beforeEach(() => latest().tells({ told: 'up' }));

  test('is ended and started again when a person asks for it', () => {
    host.startNow();
    expect(latest().posted.at(-1)).toEqual({ do: 'ping' });
    environment.advance(3_000);
    expect(forked[0]?.killed).toBe(true);
    environment.advance(0);
    expect(forked).toHaveLength(2);
  });

  test('is left alone when it answers', () => {
    host.startNow();
    latest().tells({ told: 'pong' });
    environment.advance(60_000);
    expect(forked[0]?.killed).toBe(false);
  });
});

describe('closing', () => {
  test('waits for the node, and starts no other', async () => {
    latest().tells({ told: 'up' });
    const closed = host.close();
    expect(latest().posted.at(-1)).toEqual({ do: 'close' });
    latest().ends(0);
    await closed;
    environment.advance(60_000);
    host.begin();
    expect(forked).toHaveLength(1);
  });

  test('ends a node by force that does not end in time', async () => {
    latest().tells({ told: 'up' });
    const closed = host.close();
    environment.advance(5_000);
    expect(latest().killed).toBe(true);
    await closed;
  });

  test('is over at once where the node is down', async () => {
    latest().ends();
    await host.close();
    environment.advance(60_000);
    expect(forked).toHaveLength(1);
  });
});
