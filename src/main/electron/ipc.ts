import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { bridgeChannels, callTextLimit } from '#shared/contract/bridge.ts';
import {
  callRequest,
  eventMessage,
  type CallRequest,
  type CallResponse,
  type CallResult,
  type ContractError,
  type EventMessage,
} from '#shared/contract/envelope.ts';
import type { Log } from '#shared/ports.ts';
import { isAppUrl } from './app-url.ts';

/** What of the vessel node the page is connected to. */
export interface Vessel {
  call(request: Omit<CallRequest, 'id'>): Promise<CallResult>;
  subscribe(listener: (event: EventMessage) => void): () => void;
}

export interface BridgeOptions {
  vessel: Vessel;
  /** The pages of our own windows at this moment. */
  pages: () => readonly WebContents[];
  log: Log;
}

/** Carries calls from our own pages to the vessel and its events back; returns what ends it. */
export function connectPages({ vessel, pages, log }: BridgeOptions): () => void {
  ipcMain.handle(bridgeChannels.call, async (event, text: unknown) => {
    if (!isOurPage(event, pages())) {
      log.warn({ url: event.senderFrame?.url ?? null }, 'A call from a page that is not ours was refused.');
      throw new Error('Refused: only the page of this app may call.');
    }
    return JSON.stringify(await answer(text, vessel));
  });
  const unsubscribe = vessel.subscribe((event) => {
    const text = JSON.stringify(eventMessage.parse(event));
    for (const page of pages()) {
      if (!page.isDestroyed() && isAppUrl(page.getURL())) page.send(bridgeChannels.event, text);
    }
  });
  return () => {
    unsubscribe();
    ipcMain.removeHandler(bridgeChannels.call);
  };
}

/** A frame that has gone, a frame inside a page, another address, another window: each is a stranger. */
function isOurPage(event: IpcMainInvokeEvent, pages: readonly WebContents[]): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isAppUrl(frame.url) && pages.includes(event.sender);
}

async function answer(text: unknown, vessel: Vessel): Promise<CallResponse> {
  if (typeof text !== 'string') return refusal(null, 'invalid_input', 'A call is JSON text.');
  if (text.length > callTextLimit) {
    return refusal(
      null,
      'too_large',
      `A call may have ${callTextLimit} characters; this one has ${text.length}.`,
    );
  }
  const parsed = callRequest.safeParse(fromJson(text));
  if (!parsed.success) {
    const details = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    return {
      ...refusal(null, 'invalid_input', 'The call is not in the form that the vessel reads.', details),
    };
  }
  const { id, ...request } = parsed.data;
  return { id, ...(await vessel.call(request)) };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(
  id: CallRequest['id'] | null,
  code: ContractError['code'],
  message: string,
  details?: ContractError['details'],
): CallResponse {
  return { id, ok: false, error: { code, message, retryable: false, ...(details && { details }) } };
}
