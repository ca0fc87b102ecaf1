import { z } from 'zod';
import type { InstallationForm } from './installation-form.ts';

const key = 'arus.first-start';

const words = z.string().max(500);
const pick = z.object({ id: words.nullable(), name: words.nullable() });
const draft = z.object({
  vessel: words,
  name: words,
  device: words,
  timeZone: words,
  isLinked: z.boolean(),
  mqtt: words,
  mqttUser: words,
  files: z.object({ ca: pick, cert: pick, key: pick }),
  isIdTyped: z.boolean(),
  office: words.nullable(),
  /** Left out by a program before this one. */
  fromShore: words.nullable().default(null),
  copy: z
    .object({
      id: words,
      file: words,
      typed: z.object({ vessel: words, name: words, isIdTyped: z.boolean() }),
    })
    .nullable()
    .default(null),
  personName: words,
  personRank: words,
});

/** What somebody has typed at a first start, and nothing else knows yet. */
export interface FirstStartDraft {
  form: InstallationForm;
  /** The id was typed or came from the office, so that it no longer follows the name. */
  isIdTyped: boolean;
  /** Whose file the link was taken from; null where it was typed. */
  office: string | null;
  /** Id of the ship that this office has records of, as its file says; null where it says nothing of that. */
  fromShore: string | null;
  /** The copy that the ship begins with, by the app's id and for people, and what was typed before it was chosen. */
  copy: {
    id: string;
    file: string;
    typed: { vessel: string; name: string; isIdTyped: boolean };
  } | null;
  personName: string;
  personRank: string;
}

/** Keeps it on this computer, the password excepted. */
export function keepDraft(storage: Storage, { form, ...rest }: FirstStartDraft): void {
  const { password: _, hardwareAcceleration: __, closeToTray: ___, startAtBoot: ____, ...typed } = form;
  storage.setItem(key, JSON.stringify({ ...typed, ...rest }));
}

/** What was kept, over what is proposed; null where nothing was. */
export function readDraft(storage: Storage, proposed: InstallationForm): FirstStartDraft | null {
  const text = storage.getItem(key);
  if (text === null) return null;
  try {
    const { isIdTyped, office, fromShore, copy, personName, personRank, ...typed } = draft.parse(
      JSON.parse(text),
    );
    const form = { ...proposed, ...typed };
    return { form, isIdTyped, office, fromShore, copy, personName, personRank };
  } catch {
    return null;
  }
}

export function forgetDraft(storage: Storage): void {
  storage.removeItem(key);
}
