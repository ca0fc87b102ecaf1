/** PouchDB 9 on board on LevelDB, express-pouchdb ashore, one replication. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import expressPouch from 'express-pouchdb';
import PouchDB from 'pouchdb';
import { check, measured, readWork } from './work.js';

const work = readWork();
const directory = process.env.ARUS_PEER_DIRECTORY ?? mkdtempSync(join(tmpdir(), 'arus-peer-'));
const options = { batch_size: 1_000, batches_limit: 10 };

const ShorePouch = PouchDB.defaults({ prefix: join(directory, 'shore-') });
const app = express();
app.use('/', expressPouch(ShorePouch, { inMemoryConfig: true, logPath: join(directory, 'log.txt') }));
await new Promise((resolve) => app.listen(work.port, '127.0.0.1', resolve));

// One address for both, or the replication would not know the ship again and begin from the start.
let port = work.port;
const remote = new PouchDB(`http://127.0.0.1:${work.port}/orders`, {
  fetch: (url, given) => PouchDB.fetch(String(url).replace(`:${work.port}/`, `:${port}/`), given),
});
const ship = new PouchDB(join(directory, 'ship'), { auto_compaction: true });
for (let first = 0; first < work.known.length; first += 1_000)
  await ship.bulkDocs(work.known.slice(first, first + 1_000).map(([_id, fields]) => ({ ...fields, _id })));
await ship.replicate.to(remote, options);

for (const [operation, key, fields] of work.changes) {
  const current = operation === 'create' ? { _id: key } : await ship.get(key);
  await (operation === 'delete' ? ship.remove(current) : ship.put({ ...current, ...fields }));
}

port = work.through;
await measured(() => ship.replicate.to(remote, options));

const shore = new ShorePouch('orders');
const { rows } = await shore.allDocs({ include_docs: true });
const documents = new Map(rows.map(({ id, doc }) => [id, doc]));
await check(work, documents.size, (key) => documents.get(key) ?? null);
