import { useCallback, useState } from 'react';
import { z } from 'zod';
import type { Draft, Drafts } from './drafts.ts';

/** What was typed into a small form, by the name of its field. */
export type Texts = Readonly<Record<string, string>>;
export type TextDrafts = Drafts<Texts, null>;

const shape = z.object({ values: z.record(z.string(), z.string()) });

/** A small form's draft as it was kept on disk. */
export function parseTexts(read: unknown): Draft<Texts, null> | null {
  const draft = shape.safeParse(read);
  return draft.success ? { values: draft.data.values, before: null } : null;
}

/**
 * The texts of a small form, kept as they are typed. For one that is drawn once it is known what was kept.
 * @param first what its fields hold where nothing was typed yet
 */
export function useKeptTexts<T extends Texts>(
  drafts: TextDrafts,
  key: string,
  first: T,
): { texts: T; type: (changed: Partial<T>) => void; discard: () => void } {
  const [start] = useState<T>(first);
  const [texts, setTexts] = useState<T>(() => ({
    ...first,
    ...drafts.store.getState().drafts.get(key)?.values,
  }));
  const type = useCallback(
    (changed: Partial<T>) => {
      const next = { ...texts, ...changed };
      setTexts(next);
      // What was typed and erased again is nothing that somebody would look for.
      if (Object.entries(next).every(([name, text]) => text === start[name])) drafts.discard(key);
      else drafts.keep(key, { values: next, before: null });
    },
    [drafts, key, texts, start],
  );
  const discard = useCallback(() => {
    setTexts(first);
    drafts.discard(key);
    // A form begins as its record stands when it is drawn.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [drafts, key]);
  return { texts, type, discard };
}
