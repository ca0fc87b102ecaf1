import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/**
 * What a peer is to do: `known`, the records that both ends have, as [key, fields]; then `changes`, made on board
 * without a link, as [operation, key, fields]. Then, through `through`, shore is to get it all.
 * @returns {{known: [string, object][], changes: [string, string, object][], port: number, through: number}}
 */
export function readWork() {
  const [file, port, through] = process.argv.slice(2);
  return { ...JSON.parse(readFileSync(file, 'utf8')), port: Number(port), through: Number(through) };
}

/** What the records are in the end: key → fields. */
export function outcomeOf({ known, changes }) {
  const records = new Map(known);
  for (const [operation, key, fields] of changes)
    if (operation === 'delete') records.delete(key);
    else records.set(key, { ...records.get(key), ...fields });
  return records;
}

/** Runs `sync`, says how long it took, and ends. */
export async function measured(sync) {
  const start = performance.now();
  await sync();
  process.stdout.write(`synced in ${(performance.now() - start) / 1_000} s\n`);
}

/** Ends with 1 unless shore has exactly the records of the outcome. `read` gives the fields of a key, or null. */
export async function check(work, count, read) {
  const expected = outcomeOf(work);
  if (count !== expected.size) throw new Error(`Shore has ${count} records of ${expected.size}`);
  for (const [key, fields] of expected) {
    const found = await read(key);
    for (const [name, value] of Object.entries(fields))
      if (found?.[name] !== value)
        throw new Error(`Shore has ${found?.[name]} in ${name} of ${key}, not ${value}`);
  }
  process.exit(0);
}
