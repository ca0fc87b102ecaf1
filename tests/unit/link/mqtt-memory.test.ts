// First of all, as in every program of ours: what mqtt-packet keeps is settled before it is loaded.
import '#link/mqtt-session.ts';
import { Writable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import packets from 'mqtt-packet';
import { expect, test } from 'vitest';
import { until } from '#support/until.ts';

const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
const lengths = 3_000;

function heldInBuffers(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  return process.memoryUsage().arrayBuffers;
}

test('packets of many lengths leave no more behind than a few bytes each', async () => {
  const before = heldInBuffers();
  for (let length = 0; length < lengths; length += 1) {
    const payload = Buffer.alloc(length);
    packets.writeToStream({ cmd: 'publish', topic: 't', payload, qos: 0, dup: false, retain: false }, sink);
    // What else goes on in the program takes the rest of the pool's slab.
    Buffer.allocUnsafe(Math.floor(Buffer.poolSize / 2) - 8);
  }
  // A slab held for each would be 24 MB where slabs have 8 kB, 200 MB where they have 64.
  await until('what was sent to be let go', () => heldInBuffers() - before < 2_000_000, { every: 50 });
});

test('and no numbers are kept', () => {
  expect(packets.writeToStream.cacheNumbers).toBe(false);
});
