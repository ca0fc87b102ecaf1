import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { constants, zstdCompressSync } from 'node:zlib';
import { join } from 'node:path';
import { z } from 'zod';
import { startMosquitto } from '#support/mosquitto.ts';
import { startPostgres } from '#support/postgres.ts';
import { startShore } from '#support/shore.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { readShip } from '../chaos/ends.ts';
import { figure, type Figure } from './figure.ts';
import { startMeasuredVessel, type MeasuredVessel } from './measured-vessel.ts';
import { fillWorkedShip } from './worked-ship.ts';

const orders = 20_000;
const vesselId = 'mv-snapshot';

const status = z.object({
  depth: z.number(),
  snapshot: z.object({ taken: z.number(), total: z.number() }).nullable(),
  fromShore: z.number(),
  received: z.number(),
  records: z.number(),
});

/**
 * A new computer takes a ship of 20,000 orders from shore, all on loopback, gateway and nodes each in a process of its
 * own: bytes of MQTT payload against the same records, field versions included, as JSON lines under zstd level 19 in
 * one piece, which nobody could resume.
 */
export async function benchSnapshot(): Promise<Figure[]> {
  const broker = await startMosquitto({ furtherLines: ['set_tcp_nodelay true'] });
  const postgres = await startPostgres();
  const database = await postgres.createDatabase('bench');
  const shore = await startShore(['--database', database, '--mqtt', broker.url, '--log-level', 'warn']);
  try {
    const lost = temporaryDirectory('bench-lost-computer');
    fillWorkedShip(lost, vesselId, orders);
    const before = startMeasuredVessel(lost, vesselId, broker.url);
    await until(before, 'an empty queue', ({ depth }) => depth === 0);
    before.end();
    const lines = [...readShip(join(lost, databaseFileName), null).records.values()].join('\n');
    const whole = zstdCompressSync(Buffer.from(lines), {
      params: { [constants.ZSTD_c_compressionLevel]: 19 },
    }).length;

    const fresh = startMeasuredVessel(temporaryDirectory('bench-new-computer'), vesselId, broker.url);
    const start = performance.now();
    await fresh.ask({ do: 'watch' }, z.object({}));
    const first = await until(fresh, 'the first page', ({ snapshot }) => (snapshot?.total ?? 0) > 0);
    const toFirst = performance.now() - start;
    const last = await until(
      fresh,
      'the last page',
      ({ snapshot, records }) => snapshot === null && records >= orders,
    );
    const seconds = (performance.now() - start) / 1_000;
    const { p99, max } = await fresh.ask({ do: 'watched' }, z.object({ p99: z.number(), max: z.number() }));
    fresh.end();
    const bytes = last.received;
    return [
      figure('snapshot of 20,000 orders, MQTT payload', bytes, 'B'),
      figure('the same records as JSON lines, zstd level 19 in one piece', whole, 'B'),
      figure('snapshot against zstd level 19', bytes / whole, 'of its bytes', { most: 1 }),
      figure('first page of a snapshot, from the start of the link', toFirst, 'ms'),
      figure('snapshot of 20,000 orders over loopback', seconds, 's'),
      figure('records taken over', (first.snapshot?.total ?? 0) / seconds, 'records/s'),
      figure('event loop on board while a snapshot arrives, p99', p99, 'ms'),
      figure('event loop on board while a snapshot arrives, longest', max, 'ms'),
    ];
  } finally {
    await shore.stop();
    await postgres.remove();
    await broker.remove();
  }
}

async function until(
  vessel: MeasuredVessel,
  what: string,
  isSo: (now: z.infer<typeof status>) => boolean,
): Promise<z.infer<typeof status>> {
  const deadline = performance.now() + 300_000;
  for (;;) {
    const now = await vessel.ask({ do: 'status' }, status);
    if (isSo(now)) return now;
    if (performance.now() > deadline)
      throw new Error(`Not within five minutes: ${what}: ${JSON.stringify(now)}`);
    await wait(20);
  }
}
