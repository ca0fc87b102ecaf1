import type { Bridge } from '#shared/contract/bridge.ts';
import { callResponse } from '#shared/contract/envelope.ts';
import type { NodeState } from '#shared/contract/node-state.ts';
import type { Cancel, Clock } from '../clock.ts';
import { CallError, type Connection, type Transport, heartbeatAnswerMs, heartbeatMs } from './transport.ts';
import { actorOf, checkInput, outputOf } from './typed-calls.ts';

declare global {
  interface Window {
    /** Put there by the desktop app's preload; absent in a browser. */
    arus?: Bridge;
  }
}

/**
 * Carries calls over the desktop app's IPC. The node is a process of the app: it starts while the page is there, may end
 * and be started again, may be unable to start, and may be stuck.
 */
export function createElectronTransport(bridge: Bridge, clock: Clock, actor: () => string | null): Transport {
  let lastId = 0;
  let heardAt: number | null = null;
  let connection: Connection = {
    phase: 'connecting',
    since: clock.now(),
    nextAttemptAt: null,
    heardAt,
    node: null,
  };
  let cancelBeat: Cancel = () => {};
  const listeners = new Set<(connection: Connection) => void>();
  let settleFirst = (): void => {};
  // Calls made while the page starts wait for what becomes of the node instead of failing.
  const firstWord = new Promise<void>((resolve) => {
    settleFirst = resolve;
  });

  function become(phase: Connection['phase'], node: NodeState | null): void {
    const since = phase === connection.phase ? connection.since : clock.now();
    const nextAttemptAt = node !== null && 'nextAttemptAt' in node ? node.nextAttemptAt : null;
    connection = { phase, since, nextAttemptAt, heardAt, node };
    if (phase !== 'connecting') settleFirst();
    for (const listener of listeners) listener(connection);
  }

  function take(state: NodeState): void {
    cancelBeat();
    const wasThere = heardAt !== null;
    switch (state.phase) {
      case 'up':
        heardAt = clock.now();
        become('open', state);
        beat(state);
        break;
      case 'first-start':
      case 'starting':
      case 'down':
        become(wasThere ? 'lost' : 'connecting', state);
        break;
      case 'stopped':
        // A page that has shown records stays: something may be typed in it.
        become(wasThere ? 'lost' : 'stopped', state);
        break;
    }
  }

  /** A node that is stuck does not say goodbye. */
  function beat(up: NodeState): void {
    let isOver = false;
    let cancel = clock.after(heartbeatMs, () => {
      const askedAt = clock.now();
      lastId += 1;
      cancel = clock.after(heartbeatAnswerMs, () => {
        heardAt = askedAt;
        become('lost', up);
      });
      void bridge
        .call({ id: lastId, method: 'vessel.info', input: {} })
        .catch(() => null)
        .then(() => {
          if (isOver) return;
          cancel();
          heardAt = clock.now();
          if (connection.phase !== 'open') become('open', up);
          beat(up);
        });
    });
    cancelBeat = () => {
      isOver = true;
      cancel();
    };
  }

  let isTold = false;
  bridge.node.onState((state) => {
    isTold = true;
    take(state);
  });
  void bridge.node.state().then(
    (state) => {
      // What was told meanwhile is newer.
      if (!isTold) take(state);
    },
    () => settleFirst(),
  );

  return {
    async call(method, input) {
      checkInput(method, input);
      await firstWord;
      lastId += 1;
      const answer = await bridge
        .call({ id: lastId, method, input, ...actorOf(method, actor()) })
        .catch(() => null);
      const response = callResponse.safeParse(answer);
      if (response.success) return outputOf(method, response.data);
      throw new CallError({
        code: 'unavailable',
        message: 'The desktop app did not pass this on. Nothing was changed. Close ARUS and start it again.',
        retryable: false,
      });
    },
    on: (event, listener) => bridge.on(event, listener),
    connection: () => connection,
    onConnection(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    retryNow() {
      bridge.node.start().catch(() => {});
    },
    goBackTo(copy) {
      bridge.node.goBackTo(copy).catch(() => {});
    },
  };
}
