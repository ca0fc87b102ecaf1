/** Yjs: a document of maps on both ends, the sync protocol over a WebSocket with deflate. Last state only. */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket, WebSocketServer } from 'ws';
import { readSyncMessage, writeSyncStep1 } from 'y-protocols/sync';
import { Doc, encodeStateVector, Map as YMap } from 'yjs';
import { check, measured, readWork } from './work.js';

const work = readWork();
const perMessageDeflate = { threshold: 0 };
const ship = new Doc();
const shore = new Doc();

function converse(socket, doc) {
  socket.on('message', (data) => {
    const answer = encoding.createEncoder();
    readSyncMessage(decoding.createDecoder(new Uint8Array(data)), answer, doc, socket);
    if (encoding.length(answer) > 0) socket.send(encoding.toUint8Array(answer));
  });
  const first = encoding.createEncoder();
  writeSyncStep1(first, doc);
  socket.send(encoding.toUint8Array(first));
}

const server = new WebSocketServer({ host: '127.0.0.1', port: work.port, perMessageDeflate });
server.on('connection', (socket) => converse(socket, shore));

/** Until shore has what the ship has. */
async function sync(port) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  converse(socket, ship);
  const has = Buffer.from(encodeStateVector(ship));
  await new Promise((resolve) => {
    const look = () => {
      if (has.equals(Buffer.from(encodeStateVector(shore)))) resolve();
    };
    shore.on('update', look);
    look();
  });
  socket.terminate();
}

const orders = ship.getMap('orders');
function apply(operation, key, fields) {
  ship.transact(() => {
    if (operation === 'delete') {
      orders.delete(key);
      return;
    }
    const record = orders.get(key) ?? orders.set(key, new YMap());
    for (const [name, value] of Object.entries(fields)) record.set(name, value);
  });
}

for (const [key, fields] of work.known) apply('create', key, fields);
await sync(work.port);
for (const change of work.changes) apply(...change);
await measured(() => sync(work.through));
const ashore = shore.getMap('orders');
await check(work, ashore.size, (key) => ashore.get(key)?.toJSON() ?? null);
