import { type StoreApi, createStore } from 'zustand/vanilla';
import { type Cancel, type Clock } from './clock.ts';
import type { DraftKeeper } from './draft-keeper.ts';
import { messageOf } from './transport/transport.ts';

/** What somebody typed and did not save yet, with the record as it stood when they began; null for a new one. */
export interface Draft<Values, Before> {
  values: Values;
  before: Before | null;
}

export interface DraftState<Values, Before> {
  drafts: ReadonlyMap<string, Draft<Values, Before>>;
  /** Whether it is known what was typed before this page was opened. Until then no form is shown. */
  isRead: boolean;
  /** Why what is typed now cannot be kept beyond this page, in words; null where it can. */
  trouble: string | null;
}

/**
 * Nothing typed is lost: not by looking at another record first, nor by a reload, a crash or a power cut. What holds:
 * - A draft is in `store` as soon as it is kept, and on disk within a second, or `trouble` says why not.
 * - The last that was kept of a key is what is on disk in the end, whatever was under way before.
 * - One that was discarded does not come back.
 */
export interface Drafts<Values, Before> {
  store: StoreApi<DraftState<Values, Before>>;
  /** Keyed by what tells one form from all others. */
  keep(key: string, draft: Draft<Values, Before>): void;
  discard(key: string): void;
}

/** A person types on; it is written once in so long, ms. */
const writeAfter = 400;
const tryAgainAfter = 2_000;

/**
 * @param parts.prefix of its keys in the keeper, which several share
 * @param parts.parse what is read from disk; null for what this program cannot show, which stays on disk
 */
export function createDrafts<Values, Before>(parts: {
  keeper: DraftKeeper;
  clock: Clock;
  prefix: string;
  parse: (read: unknown) => Draft<Values, Before> | null;
}): Drafts<Values, Before> {
  const { keeper, clock, prefix, parse } = parts;
  const store = createStore<DraftState<Values, Before>>(() => ({
    drafts: new Map(),
    isRead: false,
    trouble: null,
  }));
  /** What is not on disk yet, by key; null for what is to be removed there. */
  const waiting = new Map<string, string | null>();
  let timer: Cancel | null = null;
  let isWriting = false;

  function soon(after: number): void {
    timer ??= clock.after(after, () => {
      timer = null;
      void write();
    });
  }

  async function write(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    let trouble: string | null = null;
    for (const [key, text] of waiting)
      try {
        if (text === null) await keeper.discard(prefix + key);
        else await keeper.keep(prefix + key, text);
        // Unless somebody typed on meanwhile.
        if (waiting.get(key) === text) waiting.delete(key);
      } catch (error) {
        // One that cannot be kept, being too long, keeps no other from disk.
        trouble = messageOf(error);
      }
    isWriting = false;
    if (store.getState().trouble !== trouble) store.setState({ trouble });
    // What was discarded meanwhile goes at once.
    const isGone = [...waiting.values()].includes(null);
    if (waiting.size > 0) soon(trouble !== null ? tryAgainAfter : isGone ? 0 : writeAfter);
  }

  /** What was typed on this page while it was read counts, and not what was on disk. */
  async function read(): Promise<void> {
    try {
      const known = await keeper.read();
      const found = [...known].flatMap(([key, text]): [string, Draft<Values, Before>][] => {
        if (!key.startsWith(prefix)) return [];
        const draft = parse(jsonOf(text));
        return draft === null || waiting.has(key.slice(prefix.length))
          ? []
          : [[key.slice(prefix.length), draft]];
      });
      store.setState(({ drafts }) => ({
        drafts: new Map([...found, ...drafts]),
        isRead: true,
        trouble: null,
      }));
    } catch (error) {
      store.setState({ trouble: messageOf(error) });
      clock.after(tryAgainAfter, () => void read());
    }
  }

  /** There is no later: everything is sent at once, in order, and what comes of it nobody hears any more. */
  function leave(): void {
    for (const [key, text] of waiting)
      (text === null ? keeper.discard(prefix + key) : keeper.keep(prefix + key, text)).catch(() => {});
  }

  keeper.onLeaving(leave);
  void read();
  return {
    store,
    keep(key, draft) {
      store.setState(({ drafts }) => ({ drafts: new Map([...drafts, [key, draft]]) }));
      waiting.set(key, JSON.stringify(draft));
      soon(writeAfter);
    },
    discard(key) {
      store.setState(({ drafts }) => ({ drafts: new Map([...drafts].filter(([other]) => other !== key)) }));
      waiting.set(key, null);
      void write();
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
