import type { WebSocket } from 'ws';
import { answerText, refusal } from '#shared/contract/answer-text.ts';
import type { CallResponse } from '#shared/contract/envelope.ts';
import type { Log } from '#shared/ports.ts';
import type { RareLog } from '#shared/rare-log.ts';
import { logRefusal } from './refusals.ts';
import type { Vessel } from './vessel.ts';

/** Bytes that may wait for a screen that does not read; beyond them it is dropped, and connects again. */
export const unreadLimit = 8 * 1024 * 1024;

/** Calls of one screen under way at once; further ones stay in its socket until some are answered. */
const callsAtOnce = 64;

export interface ScreenSocket {
  send(text: string): void;
}

/** Answers the calls that come over one screen's socket. */
export function serveScreen(socket: WebSocket, vessel: Vessel, log: Log, rareLog: RareLog): ScreenSocket {
  let underWay = 0;

  function send(text: string): void {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > unreadLimit) {
      log.warn({ unread: socket.bufferedAmount }, 'A screen that does not read was dropped');
      socket.terminate();
      return;
    }
    socket.send(text);
  }

  async function answer(data: string): Promise<CallResponse> {
    try {
      return await answerText(data, (request) => vessel.call(request));
    } catch (error) {
      log.error({ err: error }, 'A call failed in the station host');
      return { id: null, ...refusal('internal', 'The call failed. The log of the vessel node says why.') };
    }
  }

  async function take(data: string): Promise<void> {
    underWay += 1;
    if (underWay === callsAtOnce) socket.pause();
    const response = await answer(data);
    logRefusal(rareLog, response, { by: 'socket', id: response.id });
    send(JSON.stringify(response));
    underWay -= 1;
    if (underWay === callsAtOnce - 1 && socket.readyState === socket.OPEN) socket.resume();
  }

  socket.on('message', (data, isBinary) => {
    if (isBinary) {
      const response: CallResponse = {
        id: null,
        ...refusal('invalid_input', 'A call is JSON text, not binary.'),
      };
      logRefusal(rareLog, response, { by: 'socket', id: null });
      send(JSON.stringify(response));
      return;
    }
    void take(textOf(data));
  });
  return { send };
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
