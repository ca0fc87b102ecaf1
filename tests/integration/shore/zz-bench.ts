import { startPostgres } from '#support/postgres.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { migrate } from '#shore/store/migrate.ts';
import { zstdCodec } from '#link/zstd.ts';
import { decodeFrame, encodeFrame } from '#shared/sync/frame.ts';
import { testEnvironment } from './support/environment.ts';
import { officeOn } from './support/office.ts';
import { Ship } from './support/ship.ts';
const server = await startPostgres();
try {
  const environment = testEnvironment();
  const run = async (name: string, known: number, changes: number) => {
    const database = openPostgres({ url: await server.createDatabase(name) }, environment);
    await migrate(database, environment);
    const office = officeOn(database, environment);
    const ship = new Ship('nordlys');
    const ids: string[] = [];
    for (let i = 0; i < known; i++)
      ids.push(
        ship.create({
          number: `WO-2026-${String(i + 1).padStart(6, '0')}`,
          title: `Overhaul pump ${i}`,
          description: 'As per maker manual chapter 4',
          dueDate: '2026-04-01',
        }),
      );
    for (const b of ship.batches(250)) await office.stored(b);
    const first = ship.journal.length + 1;
    let seed = 7;
    const rnd = (n: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % n;
    };
    for (let i = 0; i < changes; i++) {
      if (known === 0 || rnd(100) < 28)
        ids.push(
          ship.create({
            number: `WO-2026-${String(ids.length + 1).padStart(6, '0')}`,
            title: `Overhaul valve ${i}`,
          }),
        );
      else
        ship.update(ids[rnd(ids.length)]!, {
          status: (['in_progress', 'on_hold', 'open'] as const)[rnd(3)]!,
          actualHours: rnd(100),
          notes: `Checked clearances, round ${i}`,
        });
    }
    const frames = [];
    for (let n = first; n <= ship.journal.length; n += 250)
      frames.push(encodeFrame(ship.batch(n, Math.min(n + 249, ship.journal.length)), zstdCodec));
    let t = performance.now();
    const cpu = process.cpuUsage();
    const times: number[] = [];
    for (const f of frames) {
      const s = performance.now();
      const m = decodeFrame(f, 'nordlys', zstdCodec);
      if (m.kind !== 'batch') throw 1;
      await office.stored(m);
      times.push(performance.now() - s);
    }
    const ms = performance.now() - t;
    const c = process.cpuUsage(cpu);
    times.sort((a, b) => a - b);
    console.log(
      name,
      `${changes} changes, ${known} known: ${ms.toFixed(0)} ms, ${((changes / ms) * 1000).toFixed(0)}/s; batch median ${times[times.length >> 1]!.toFixed(1)} max ${times.at(-1)!.toFixed(1)} ms; own cpu ${((c.user + c.system) / 1000).toFixed(0)} ms`,
    );
    const v0 = performance.now();
    const { verifyShore } = await import('#shore/verify/verify-shore.ts');
    console.log(
      JSON.stringify(await verifyShore(database)),
      (performance.now() - v0).toFixed(0),
      'ms verify',
    );
    await database.close();
  };
  await run('warm', 500, 2000);
  await run('mixed', 5000, 10000);
  await run('creates', 0, 10000);
} finally {
  await server.remove();
}
