/// <reference lib="dom" />
/**
 * The two worlds of a page: its own, and the isolated one in which the preload script runs. They share the document and
 * no JavaScript object. What crosses does so as Electron's context bridge lets it: copied, functions as functions that
 * call the other world, promises as promises, errors as their message.
 */

/** Names under which the harness reaches the isolated world, and it the harness. The page's own world has neither. */
export const isolatedWorldName = 'preload';
export const carryName = 'standInCarry';
export const hearName = 'standInHear';

/** From the isolated world, as JSON. */
export type Carried =
  | { invoke: { id: number; channel: string; args: unknown[] } }
  /** Colour that the page gives for its surroundings. */
  | { colour: string | null }
  | { blob: { url: string; type: string } }
  /** Address for which the page wants a window. */
  | { popup: string };

/** To the isolated world. */
export type Heard =
  { answer: number; value: unknown } | { answer: number; error: string } | { sent: string; args: unknown[] };

type End = ReturnType<typeof joinWorlds>;

/** One end between the worlds: `channel` is an element that only the two ends hold. */
function joinWorlds(
  channel: EventTarget,
  tells: string,
  hears: string,
  receive: (name: string, value: unknown) => void,
) {
  type Wire = { $: string; id?: number; value?: unknown; entries?: [string, unknown][] };
  type Told =
    | { does: 'call'; id: number; of: number; args: unknown[] }
    | { does: 'return'; id: number; value?: unknown; thrown?: unknown }
    | { does: 'settle'; of: number; value?: unknown; thrown?: unknown }
    | { does: 'give'; name: string; value: unknown };
  // Held before any script of the page runs, which may put its own in their place.
  const { apply } = Reflect;
  const { dispatchEvent } = EventTarget.prototype;
  const Told = CustomEvent;
  const functions = new Map<number, (...args: unknown[]) => unknown>();
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const returned = new Map<number, { value?: unknown; thrown?: unknown }>();
  let last = 0;

  const tell = (detail: Told): void => {
    apply(dispatchEvent, channel, [new Told(tells, { detail })]);
  };
  const settle = (promise: Promise<unknown>, of: number): void => {
    promise.then(
      (value) => tell({ does: 'settle', of, value: encode(value) }),
      (error: unknown) => tell({ does: 'settle', of, thrown: encode(error) }),
    );
  };
  function encode(value: unknown): unknown {
    if (typeof value === 'symbol') throw new TypeError('An object could not be cloned.');
    if (typeof value === 'function') {
      last += 1;
      functions.set(last, value as (...args: unknown[]) => unknown);
      return { $: 'function', id: last };
    }
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Promise) {
      last += 1;
      settle(value, last);
      return { $: 'promise', id: last };
    }
    if (value instanceof Error) return { $: 'error', value: value.message };
    if (Array.isArray(value)) return value.map(encode);
    if (Object.prototype.toString.call(value) !== '[object Object]') return { $: 'copied', value };
    return { $: 'object', entries: Object.entries(value).map(([key, part]) => [key, encode(part)]) };
  }
  function decode(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(decode);
    const wire = value as Wire;
    const id = wire.id ?? 0;
    switch (wire.$) {
      case 'function':
        return (...args: unknown[]) => call(id, args);
      case 'promise': {
        const settled = Promise.withResolvers<unknown>();
        waiting.set(id, settled);
        return settled.promise;
      }
      case 'error':
        return new Error(String(wire.value));
      case 'object':
        return Object.fromEntries((wire.entries ?? []).map(([key, part]) => [key, decode(part)]));
      default:
        return wire.value;
    }
  }
  function call(of: number, args: unknown[]): unknown {
    last += 1;
    const id = last;
    tell({ does: 'call', id, of, args: args.map(encode) });
    const outcome = returned.get(id);
    returned.delete(id);
    if (outcome === undefined) throw new Error('The other world has gone');
    if ('thrown' in outcome) throw decode(outcome.thrown);
    return decode(outcome.value);
  }
  channel.addEventListener(hears, (event) => {
    const told = (event as CustomEvent<Told>).detail;
    switch (told.does) {
      case 'call':
        try {
          const value = functions.get(told.of)?.(...told.args.map(decode));
          tell({ does: 'return', id: told.id, value: encode(value) });
        } catch (error) {
          tell({ does: 'return', id: told.id, thrown: encode(error) });
        }
        break;
      case 'return':
        returned.set(told.id, told);
        break;
      case 'settle':
        if ('thrown' in told) waiting.get(told.of)?.reject(decode(told.thrown));
        else waiting.get(told.of)?.resolve(decode(told.value));
        waiting.delete(told.of);
        break;
      case 'give':
        receive(told.name, decode(told.value));
        break;
    }
  });
  return { give: (name: string, value: unknown) => tell({ does: 'give', name, value: encode(value) }) };
}

/** Runs first in the page's own world: waits for the isolated one and puts on the window what that exposes. */
function beThePage(join: typeof joinWorlds): void {
  const freeze = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  };
  const meet = (event: Event): void => {
    const channel = (event as MouseEvent).relatedTarget;
    if (channel === null) return;
    event.stopImmediatePropagation();
    const end: End = join(channel, 'to-preload', 'to-page', (name, value) => {
      freeze(value);
      Object.defineProperty(window, name, { value, enumerable: true, writable: false, configurable: false });
    });
    // Electron knows the type of what is saved from the blob itself.
    const make = URL.createObjectURL;
    URL.createObjectURL = (of) => {
      const url = Reflect.apply(make, URL, [of]);
      end.give('blob', { url, type: of instanceof Blob ? of.type : '' });
      return url;
    };
    // Chromium would open it first and be told to close it after; in Electron the app is asked before.
    window.open = (url) => {
      end.give('popup', new URL(url ?? 'about:blank', document.baseURI).href);
      return null;
    };
  };
  document.addEventListener('stand-in', meet, { capture: true, once: true });
}

/** Runs in the isolated world, of a top frame alone: the preload script, with what a sandboxed one may require. */
function bePreload(
  join: typeof joinWorlds,
  preload: (require: (name: string) => unknown, module: object, exports: object) => void,
): void {
  if (window.top !== window) return;
  const world = globalThis as unknown as {
    standInCarry: (text: string) => void;
    standInHear: (heard: Heard) => void;
  };
  const carry = (carried: Carried): void => world.standInCarry(JSON.stringify(carried));
  const channel = document.createElement('div');
  const end = join(channel, 'to-page', 'to-preload', (name, value) => {
    if (name === 'popup') carry({ popup: String(value) });
    else carry({ blob: value as { url: string; type: string } });
  });
  document.dispatchEvent(new MouseEvent('stand-in', { relatedTarget: channel }));

  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const listeners: [string, (event: object, ...args: unknown[]) => void][] = [];
  let last = 0;
  const ipcRenderer = {
    invoke(to: string, ...args: unknown[]): Promise<unknown> {
      last += 1;
      const answer = Promise.withResolvers<unknown>();
      waiting.set(last, answer);
      // Throws for what Electron could not send either.
      carry({ invoke: { id: last, channel: to, args: structuredClone(args) } });
      return answer.promise;
    },
    on(to: string, listener: (event: object, ...args: unknown[]) => void): void {
      listeners.push([to, listener]);
    },
  };
  world.standInHear = (heard) => {
    if ('sent' in heard) {
      for (const [to, listener] of listeners)
        if (to === heard.sent) listener({ sender: ipcRenderer }, ...heard.args);
      return;
    }
    const answer = waiting.get(heard.answer);
    waiting.delete(heard.answer);
    if ('error' in heard) answer?.reject(new Error(heard.error));
    else answer?.resolve(heard.value);
  };

  let colour: string | null = null;
  const look = (): void => {
    const now = document.querySelector<HTMLMetaElement>('meta[name="theme-color"]')?.content ?? null;
    if (now === colour) return;
    colour = now;
    carry({ colour });
  };
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['content'],
  });

  const electron = {
    contextBridge: { exposeInMainWorld: (name: string, api: unknown) => end.give(name, api) },
    ipcRenderer,
  };
  const module = { exports: {} };
  preload(
    (name) => {
      if (name === 'electron') return electron;
      throw new Error(`A sandboxed preload script cannot require '${name}'`);
    },
    module,
    module.exports,
  );
}

/** Script for the page's own world; runs before the other. */
export function pageScript(): string {
  return `(${beThePage.toString()})(${joinWorlds.toString()});`;
}

/** Script for the isolated world, around the text of a preload script. */
export function preloadScript(preload: string): string {
  return `(${bePreload.toString()})(${joinWorlds.toString()}, (require, module, exports) => {${preload}\n});`;
}
