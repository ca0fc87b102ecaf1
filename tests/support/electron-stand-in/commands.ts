import { EventEmitter } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { asked } from './circumstances.ts';
import { callHandlers, chooseFromMenu, powerMonitor, willChoose } from './electron.ts';
import { app, cancellable } from './lifecycle.ts';
import { defaultSession, rules, schemeHandlers } from './network.ts';
import { forked } from './utility-process.ts';
import { BrowserWindow, StandInWebContents, happeningsOf } from './window.ts';

/** Who sends a call: usually the top frame of the app's window, at the address it was loaded from. */
export interface Sender {
  /** `stranger`: a page in no window of the app. */
  page: 'window' | 'stranger';
  /** Null: the frame has gone meanwhile. */
  frame: { url: string; inside: boolean } | null;
}

export type Command =
  | { do: 'asked' }
  | { do: 'call'; sender: Sender; channel: string; args: unknown[] }
  | { do: 'request'; url: string; method: string }
  | { do: 'navigate'; event: 'will-navigate' | 'will-frame-navigate' | 'will-redirect'; url: string }
  | { do: 'open'; url: string }
  | { do: 'attach webview' }
  | { do: 'ask permission'; permission: string; frame?: { url: string; inside: boolean } }
  | { do: 'fetch'; url: string }
  | {
      do: 'download';
      url: string;
      name?: string;
      type?: string;
      ends?: 'completed' | 'interrupted' | 'cancelled';
    }
  | { do: 'second instance' }
  | { do: 'move window'; bounds: { x: number; y: number; width: number; height: number } }
  | { do: 'focus window'; focused: boolean }
  | { do: 'minimize window' }
  | { do: 'maximize window' }
  /** Told one after the other, in one go. */
  | { do: 'show colours'; colours: string[] }
  | { do: 'page dies'; reason: string }
  /** Told by who shows the page elsewhere. */
  | { do: 'page loaded'; url: string }
  | { do: 'page failed'; url: string; description: string }
  /** A person of Windows logs off, or it shuts down: the app ends this many ms later, whatever it is doing. */
  | { do: 'log off'; graceMs: number }
  | { do: 'power'; event: 'suspend' | 'resume' | 'lock-screen' | 'unlock-screen' | 'shutdown' }
  | { do: 'process dies'; type: 'GPU' | 'Utility'; reason: string }
  /** ARUS is started once more in the moment in which its window is closed. */
  | { do: 'close window and start' }
  | { do: 'choose'; label: string }
  /** What the person at the next dialogs for a file will choose. */
  | { do: 'will choose files'; paths: string[] }
  /** As a fault in native code ends it. */
  | { do: 'node dies' }
  | { do: 'node hangs' }
  /** How long the thread of the windows is held up from here on; `loop watched` answers in ms. */
  | { do: 'watch loop' }
  | { do: 'loop watched' }
  | { do: 'throw' }
  /** From the menu or the Dock. */
  | { do: 'quit' }
  | { do: 'close window' };

const loop = monitorEventLoopDelay({ resolution: 5 });

/** What becomes of a window whose page is shown elsewhere. */
export type WindowAct =
  | { act: 'load'; url: string; preload: string }
  | { act: 'bounds'; bounds: { x: number; y: number; width: number; height: number } }
  | { act: 'close' };

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** Does to the app what a page, a person or the system does, and returns what came of it. */
export async function carryOut(command: Command): Promise<unknown> {
  switch (command.do) {
    case 'asked':
      return asked;
    case 'call': {
      const handler = callHandlers.get(command.channel);
      if (handler === undefined) throw new Error(`No handler registered for '${command.channel}'`);
      const { frame, page } = command.sender;
      const event = {
        type: 'frame',
        sender: page === 'window' ? window().webContents : new StandInWebContents(),
        senderFrame: frame === null ? null : { url: frame.url, parent: frame.inside ? {} : null },
      };
      return handler(event, ...command.args);
    }
    case 'request': {
      const handler = schemeHandlers.get(new URL(command.url).protocol.slice(0, -1));
      if (handler === undefined) throw new Error('No handler for this scheme');
      const response = await handler(new Request(command.url, { method: command.method }));
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: new Uint8Array(await response.arrayBuffer()),
      } satisfies Answer;
    }
    case 'navigate': {
      const event = cancellable({ url: command.url });
      window().webContents.emit(command.event, event);
      return event.defaultPrevented;
    }
    case 'open':
      return window().webContents.openHandler?.({ url: command.url }).action ?? 'allow';
    case 'attach webview': {
      const event = cancellable({});
      window().webContents.emit('will-attach-webview', event, {}, {});
      return event.defaultPrevented;
    }
    case 'ask permission': {
      const { permission, frame = { url: 'app://arus/', inside: false } } = command;
      const contents = window().webContents;
      const details = { isMainFrame: !frame.inside, requestingUrl: frame.url };
      const { origin } = new URL(frame.url);
      const requested = Promise.withResolvers<boolean>();
      if (rules.permissionRequest === undefined) requested.resolve(true);
      else rules.permissionRequest(contents, permission, requested.resolve, details);
      const streams = Promise.withResolvers<object | null>();
      if (rules.displayMedia === undefined) streams.resolve({});
      else rules.displayMedia({}, streams.resolve);
      return {
        requested: await requested.promise,
        checked: rules.permissionCheck?.(contents, permission, origin, details) ?? true,
        device: rules.device?.({}) ?? true,
        screen: (await streams.promise) !== null,
      };
    }
    case 'fetch': {
      const verdict = Promise.withResolvers<{ cancel?: boolean }>();
      if (rules.beforeRequest === undefined) verdict.resolve({});
      else rules.beforeRequest({ url: command.url, resourceType: 'xhr' }, verdict.resolve);
      return (await verdict.promise).cancel === true;
    }
    case 'download': {
      const event = cancellable({});
      const item = Object.assign(new EventEmitter(), {
        getURL: () => command.url,
        getFilename: () => command.name ?? 'theme.js',
        getMimeType: () => command.type ?? 'text/javascript',
        getSavePath: () => (command.name === undefined ? '' : `/media/stick/${command.name}`),
        setSaveDialogOptions: () => undefined,
      });
      defaultSession.emit('will-download', event, item);
      if (!event.defaultPrevented) item.emit('done', {}, command.ends ?? 'completed');
      return event.defaultPrevented;
    }
    case 'second instance':
      app.emit('second-instance', {}, [], '');
      break;
    case 'move window':
      window().setBounds(command.bounds);
      break;
    case 'focus window':
      happeningsOf(window()).focused(command.focused);
      break;
    case 'minimize window':
      window().minimize();
      break;
    case 'maximize window':
      window().maximize();
      break;
    case 'show colours':
      for (const colour of command.colours) window().webContents.emit('did-change-theme-color', {}, colour);
      break;
    case 'page dies':
      window().webContents.emit('render-process-gone', {}, { reason: command.reason, exitCode: 11 });
      break;
    case 'page loaded':
      happeningsOf(window()).loaded(command.url);
      break;
    case 'page failed':
      happeningsOf(window()).failed(command.url, command.description);
      break;
    case 'log off':
      logOff(command.graceMs);
      break;
    case 'power':
      powerMonitor.emit(command.event);
      break;
    case 'process dies':
      app.emit('child-process-gone', {}, { type: command.type, reason: command.reason, exitCode: 139 });
      break;
    case 'close window and start':
      window().close();
      app.emit('second-instance', {}, [], '');
      break;
    case 'choose':
      chooseFromMenu(command.label);
      break;
    case 'will choose files':
      willChoose(command.paths);
      break;
    case 'node dies':
      process.kill(nodePid(), 'SIGKILL');
      break;
    case 'node hangs':
      process.kill(nodePid(), 'SIGSTOP');
      break;
    case 'watch loop':
      loop.reset();
      loop.enable();
      break;
    case 'loop watched':
      return { p99: loop.percentile(99) / 1e6, max: loop.max / 1e6, nodePid: nodePid() };
    case 'throw':
      setImmediate(() => {
        throw new Error('Thrown on purpose');
      });
      break;
    case 'quit':
      app.quit();
      break;
    case 'close window':
      window().close();
      break;
  }
  return null;
}

/**
 * Neither `before-quit` nor `will-quit` comes. Every window is asked, then told; after that Windows ends the process when
 * it likes. A window that says no is not heeded where the log-off is forced, as by an update.
 */
function logOff(graceMs: number): void {
  const reasons = ['logoff'];
  for (const window of BrowserWindow.getAllWindows()) {
    window.emit('query-session-end', cancellable({ reasons }));
    window.emit('session-end', { reasons });
  }
  const end = (): void => process.kill(process.pid, 'SIGKILL') && undefined;
  if (graceMs === 0) end();
  else setTimeout(end, graceMs);
}

function nodePid(): number {
  const pid = forked.at(-1)?.pid;
  if (pid === undefined) throw new Error('The app has forked no process');
  return pid;
}

function window(): BrowserWindow {
  const [first] = BrowserWindow.getAllWindows();
  if (first === undefined) throw new Error('The app has no window');
  return first;
}
