import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { answerText } from '#shared/contract/answer-text.ts';
import { bridgeChannels } from '#shared/contract/bridge.ts';
import {
  type CallRequest,
  type CallResult,
  type ContractError,
  type EventMessage,
  eventMessage,
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

/** Not a person's mistakes but a program's: whoever keeps the app should see them. */
const mistakes: readonly ContractError['code'][] = ['invalid_input', 'unknown_method', 'too_large'];

/** Carries calls from our own pages to the vessel and its events back; returns what ends it. */
export function connectPages({ vessel, pages, log }: BridgeOptions): () => void {
  ipcMain.handle(bridgeChannels.call, async (event, text: unknown) => {
    if (!isOurPage(event, pages())) {
      log.warn({ url: event.senderFrame?.url ?? null }, 'A call from a page that is not ours was refused.');
      throw new Error('Refused: only the page of this app may call.');
    }
    // Anything but text is no call; as no text at all it is answered as every carrier answers that.
    const response = await answerText(typeof text === 'string' ? text : '', (call) => vessel.call(call));
    if (!response.ok && mistakes.includes(response.error.code)) {
      log.warn({ code: response.error.code, reason: response.error.message }, 'A call was refused.');
    }
    return JSON.stringify(response);
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
