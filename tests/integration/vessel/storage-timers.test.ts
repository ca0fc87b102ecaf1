import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { silentLog } from '#support/silent-log.ts';
import { virtualEnvironment } from '#support/virtual-environment.ts';
import { Storage } from '#vessel/storage/storage.ts';
import { databaseFileName, openDatabase } from '#vessel/store/open-database.ts';

/** A database with its storage, and the timers that a node's parts are given. */
function opened() {
  const plain = virtualEnvironment(silentLog);
  const directory = temporaryDirectory('timers');
  const { connection, place } = openDatabase(directory, plain);
  connection.pragma('busy_timeout = 1');
  const storage = new Storage(connection, place ?? null, plain);
  const note = connection.prepare("INSERT INTO node_settings (name, value) VALUES ('noted', 'yes')");
  const noted = connection.prepare("SELECT count(*) FROM node_settings WHERE name = 'noted'").pluck();
  return { plain, directory, connection, storage, timers: storage.guarding(plain), note, noted };
}

test('what a timer could not write is written a second after the disk is well, and not before', () => {
  const { plain, directory, connection, storage, timers, note, noted } = opened();
  const other = new Database(join(directory, databaseFileName));
  other.exec('BEGIN IMMEDIATE');
  timers.after(10, () => void note.run());
  plain.advance(5_000);
  expect(storage.status().state).toBe('busy');
  expect(noted.get()).toBe(0);
  other.close();
  plain.advance(1_000);
  expect(noted.get()).toBe(1);
  plain.advance(10_000);
  expect(noted.get()).toBe(1);
  expect(storage.status().state).toBe('well');
  connection.close();
});

test('a timer that waits for the disk can still be called off', () => {
  const { plain, directory, connection, timers, note, noted } = opened();
  const other = new Database(join(directory, databaseFileName));
  other.exec('BEGIN IMMEDIATE');
  const cancel = timers.after(10, () => void note.run());
  plain.advance(100);
  cancel();
  other.close();
  plain.advance(10_000);
  expect(noted.get()).toBe(0);
  connection.close();
});

test('a timer that meets damage is given up, and a fault of ours is not hidden', () => {
  const { plain, connection, storage, timers, note, noted } = opened();
  let turns = 0;
  storage.damage('in a test');
  timers.after(10, () => {
    turns += 1;
    note.run();
  });
  plain.advance(60_000);
  expect([turns, noted.get()]).toEqual([1, 0]);
  timers.after(10, () => {
    throw new Error('ours');
  });
  expect(() => plain.advance(10)).toThrow('ours');
  connection.close();
});
