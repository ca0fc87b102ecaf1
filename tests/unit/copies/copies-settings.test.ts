import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { readCopiesSettings, writeCopiesSettings } from '#vessel/copies/copies-settings.ts';

test('a second place that another account wrote down leads to no folder but that of copies', () => {
  const directory = temporaryDirectory('copies-settings');
  const secondPlace = { folder: '/media/stick', mark: '0a1b2c', setAt: 1, reachedAt: null, newest: null };
  writeCopiesSettings(directory, { secondPlace });
  expect(readCopiesSettings(directory)).toEqual({ secondPlace });
  const hostile = { secondPlace: { ...secondPlace, mark: '/../../../home/second/Downloads' } };
  writeFileSync(join(directory, 'copies.json'), JSON.stringify(hostile));
  expect(readCopiesSettings(directory)).toEqual({ secondPlace: null });
});
