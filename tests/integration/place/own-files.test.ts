import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { isNews, takeOwnAlong } from '../../../src/main/electron/place/own-files.ts';

test('an account’s own files go along to its new folder, and nothing that is there is written over', () => {
  const [from, to] = [temporaryDirectory('from'), temporaryDirectory('to')];
  mkdirSync(join(from, 'screen'));
  writeFileSync(join(from, 'screen', 'typed'), 'what was typed');
  writeFileSync(join(from, 'window-state.json'), 'old');
  writeFileSync(join(from, 'arus.json'), '{}');
  writeFileSync(join(to, 'window-state.json'), 'new');
  takeOwnAlong(from, to);
  takeOwnAlong(from, to);
  expect(readFileSync(join(to, 'screen', 'typed'), 'utf8')).toBe('what was typed');
  expect(readFileSync(join(to, 'window-state.json'), 'utf8')).toBe('new');
  expect(readdirSync(from).toSorted()).toEqual(['arus.json', 'window-state.json']);
});

test('words are news once, and again where they are others', () => {
  const own = temporaryDirectory('own');
  const told = ['Moved.', 'Moved.', 'An older folder.', 'An older folder.'].map((words) =>
    isNews(own, words),
  );
  expect(told).toEqual([true, false, true, false]);
});
