import { expect, test } from 'vitest';
import {
  type FirstStartDraft,
  keepDraft,
  readDraft,
} from '../../../src/renderer/features/installation/first-start-draft.ts';

const none = { id: null, name: null };
const form = {
  vessel: 'polaris',
  name: 'MV Polaris',
  device: 'Bridge PC',
  timeZone: 'UTC',
  isLinked: false,
  mqtt: '',
  mqttUser: '',
  password: 'secret',
  files: { ca: none, cert: none, key: none },
  hardwareAcceleration: true,
  closeToTray: false,
  startAtBoot: null,
};
const typed: FirstStartDraft = {
  form,
  isIdTyped: true,
  office: null,
  fromShore: null,
  copy: {
    id: 'copy-1',
    file: 'daily.db',
    typed: { vessel: 'stella', name: 'MV Stella', isIdTyped: false },
  },
  personName: '',
  personRank: '',
};

/** As a browser keeps it. */
function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
    clear: () => kept.clear(),
    key: (index: number) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size;
    },
  };
}

test('what was typed beside a chosen copy is there again, but for the password', () => {
  const kept = storage();
  keepDraft(kept, typed);
  expect(readDraft(kept, { ...form, password: null })).toEqual({
    ...typed,
    form: { ...form, password: null },
  });
});

test('what a program before this one kept is still read', () => {
  const kept = storage();
  const { copy: _, fromShore: __, ...older } = typed;
  keepDraft(kept, older as FirstStartDraft);
  expect(readDraft(kept, form)).toMatchObject({ copy: null, fromShore: null, office: null, isIdTyped: true });
});
