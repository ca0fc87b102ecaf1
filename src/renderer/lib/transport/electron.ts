import type { Bridge } from '#shared/contract/bridge.ts';
import { callResponse } from '#shared/contract/envelope.ts';
import type { Clock } from '../clock.ts';
import { CallError, type Connection, type Transport, heartbeatAnswerMs, heartbeatMs } from './transport.ts';
import { actorOf, checkInput, outputOf } from './typed-calls.ts';

declare global {
  interface Window {
    /** Put there by the desktop app's preload; absent in a browser. */
    arus?: Bridge;
  }
}

/**
 * Carries calls over the desktop app's IPC. The node lives in the same program, so it is there or all is gone, but it
 * may be stuck while the page goes on.
 */
export function createElectronTransport(bridge: Bridge, clock: Clock, actor: () => string | null): Transport {
  let lastId = 0;
  const started = clock.now();
  let connection: Connection = { phase: 'open', since: started, nextAttemptAt: null, heardAt: started };
  const listeners = new Set<(connection: Connection) => void>();

  function become(phase: 'open' | 'lost', heardAt: number): void {
    if (phase === connection.phase) return;
    connection = { phase, since: clock.now(), nextAttemptAt: null, heardAt };
    for (const listener of listeners) listener(connection);
  }

  function beat(): void {
    clock.after(heartbeatMs, () => {
      const askedAt = clock.now();
      lastId += 1;
      const cancelLate = clock.after(heartbeatAnswerMs, () => become('lost', askedAt));
      void bridge
        .call({ id: lastId, method: 'vessel.info', input: {} })
        .catch(() => null)
        .then(() => {
          cancelLate();
          become('open', clock.now());
          beat();
        });
    });
  }
  beat();

  return {
    async call(method, input) {
      checkInput(method, input);
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
    retryNow: () => {},
  };
}
