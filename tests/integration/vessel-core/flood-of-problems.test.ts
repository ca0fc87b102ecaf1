import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemEnvironment } from '#link/system-environment.ts';
import { silentLog } from '#support/silent-log.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { openDatabase, type OpenedDatabase } from '#vessel/store/open-database.ts';
import { problemsKept, type NewProblem } from '#vessel/store/problems.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';

const environment = systemEnvironment(silentLog);
const told: NewProblem = {
  at: 1,
  code: 'new_incarnation',
  message: 'This computer writes on under a new name.',
  entity: null,
  recordId: null,
  number: null,
};

let opened: OpenedDatabase;
let store: VesselStore;
beforeEach(() => {
  opened = openDatabase(temporaryDirectory('problems'), environment);
  store = new VesselStore(opened.connection, 'mv-aurora', environment);
  store.problems.add(told);
});
afterEach(() => opened.close());

const listed = (): string[] => store.problems.page(100_000, 0).map(({ code }) => code);

test('one problem told over and over leaves the others standing', () => {
  for (let time = 0; time < 2 * problemsKept + 2; time += 1)
    store.problems.add({ ...told, code: 'clock_off', message: 'The clock is wrong.' });
  expect(listed()).toEqual(['clock_off', 'new_incarnation']);
});

test('many problems of one kind push out only the oldest of their kind', () => {
  for (let each = 0; each <= problemsKept; each += 1)
    store.problems.add({ ...told, code: 'times_ahead', message: `Computer ${each} is ahead.` });
  expect(listed().filter((code) => code === 'times_ahead')).toHaveLength(problemsKept);
  expect(listed()).toContain('new_incarnation');
  expect(store.problems.page(100_000, 0).at(-2)?.message).toBe('Computer 1 is ahead.');
});

test('what shore reports is one kind, whatever codes it gives, and after a change of numbers too', () => {
  for (let number = 1; number <= problemsKept; number += 1)
    store.problems.add({ ...told, code: `code ${number}`, message: 'Nothing is right', number });
  store.problems.forgetNumbers();
  for (let number = 1; number <= problemsKept; number += 1)
    store.problems.add({ ...told, code: `another ${number}`, message: 'Nothing is right', number });
  expect(listed()).toHaveLength(problemsKept + 1);
  expect(listed().filter((code) => code.startsWith('another'))).toHaveLength(problemsKept);
  expect(listed()).toContain('new_incarnation');
});
