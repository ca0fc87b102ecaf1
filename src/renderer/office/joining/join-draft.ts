import { z } from 'zod';

const key = 'arus.office-joining';

const words = z.string().max(110_000);
const draft = z.object({
  office: words.nullable(),
  broker: words.nullable(),
  ca: words.nullable(),
  of: z.string().nullable(),
  name: words,
  vessel: words,
  user: words,
  isIdTyped: z.boolean(),
});

/** What somebody typed for a file to join with. Where office, broker and authority are null, what the gateway knows holds. */
export type JoinDraft = z.infer<typeof draft>;

/** What was typed last on this computer; of the ship only where it is this one. @param of id of a known ship; null for a new one */
export function readJoinDraft(storage: Storage, of: string | null): JoinDraft {
  const none = { office: null, broker: null, ca: null, of, name: '', vessel: '', user: '', isIdTyped: false };
  try {
    const kept = draft.parse(JSON.parse(storage.getItem(key) ?? ''));
    if (kept.of === of) return kept;
    const { office, broker, ca } = kept;
    return { ...none, office, broker, ca };
  } catch {
    return none;
  }
}

export function keepJoinDraft(storage: Storage, typed: JoinDraft): void {
  try {
    storage.setItem(key, JSON.stringify(typed));
  } catch {
    // A browser that keeps nothing: the form goes on holding it.
  }
}
