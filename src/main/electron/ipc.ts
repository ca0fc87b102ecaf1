import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { bridgeChannels } from '#shared/contract/bridge.ts';
import type { NodeState } from '#shared/contract/node-state.ts';
import type { Log } from '#shared/ports.ts';
import { isAppUrl } from './app-url.ts';

/** What of the vessel node the page is connected to. Calls and answers are JSON text of the contract. */
export interface Vessel {
  call(text: string): Promise<string>;
  readonly state: NodeState;
  startNow(): void;
  goBackTo(copy: string): void;
}

export interface BridgeOptions {
  vessel: Vessel;
  /** Answers what a page asks of this computer's settings; both as JSON text. */
  installation: { answer(text: string): Promise<string> };
  /** The pages of our own windows at this moment. */
  pages: () => readonly WebContents[];
  log: Log;
}

/** The way to the pages that are open. */
export interface Pages {
  /** @param text an event of the contract as JSON */
  tellEvent(text: string): void;
  tellState(state: NodeState): void;
  /** Takes no more calls. */
  end(): void;
}

/**
 * Carries calls of our own pages to the vessel, and its events and state to them. What a call says is read by the
 * vessel's process alone: the thread that moves the windows carries text.
 */
export function connectPages({ vessel, installation, pages, log }: BridgeOptions): Pages {
  const handled: string[] = [];
  const handle = (channel: string, answer: (text: string) => Promise<string> | string): void => {
    handled.push(channel);
    ipcMain.handle(channel, (event, text: unknown) => {
      if (!isOurPage(event, pages())) {
        log.warn({ url: event.senderFrame?.url ?? null }, 'A call from a page that is not ours was refused.');
        throw new Error('Refused: only the page of this app may call.');
      }
      // Anything but text is no call; as no text at all it is answered as every carrier answers that.
      return answer(typeof text === 'string' ? text : '');
    });
  };
  handle(bridgeChannels.call, (text) => vessel.call(text));
  handle(bridgeChannels.nodeState, () => JSON.stringify(vessel.state));
  handle(bridgeChannels.startNode, () => {
    vessel.startNow();
    return '';
  });
  handle(bridgeChannels.goBackTo, (copy) => {
    vessel.goBackTo(copy);
    return '';
  });
  handle(bridgeChannels.installation, (text) => installation.answer(text));
  const tell = (channel: string, text: string): void => {
    for (const page of pages()) {
      if (!page.isDestroyed() && isAppUrl(page.getURL())) page.send(channel, text);
    }
  };
  return {
    tellEvent: (text) => tell(bridgeChannels.event, text),
    tellState: (state) => tell(bridgeChannels.nodeMoved, JSON.stringify(state)),
    end() {
      for (const channel of handled) ipcMain.removeHandler(channel);
    },
  };
}

/** A frame that has gone, a frame inside a page, another address, another window: each is a stranger. */
function isOurPage(event: IpcMainInvokeEvent, pages: readonly WebContents[]): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isAppUrl(frame.url) && pages.includes(event.sender);
}
