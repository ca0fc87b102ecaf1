import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { contract, type MethodName } from '#shared/contract/index.ts';
import { officeAttachment } from '#shared/office/attachments.ts';
import { attach, attachmentOf, photo, sha256Of, type Called } from '#support/attachments.ts';
import { countPieces } from '#support/count-pieces.ts';
import { startMosquitto, type Mosquitto } from '#support/mosquitto.ts';
import { freePort } from '#support/ports.ts';
import { startOurProgram, type RunningProgram } from '#support/processes.ts';
import { emptyDatabase } from '#support/shared-postgres.ts';
import { askHttp, startShore, type Shore } from '#support/shore.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';

const vesselId = 'mv-aurora';
const size = 9_000_000;
const token = 'a'.repeat(32);
const answer = z.object({ output: z.unknown() });

let broker: Mosquitto;
let shore: Shore;
let port: number;
beforeEach(async () => {
  broker = await startMosquitto();
  shore = await startShore([
    '--database',
    await emptyDatabase(),
    '--mqtt',
    broker.url,
    '--log-level',
    'warn',
  ]);
  port = await freePort();
});
afterEach(async () => {
  await shore.stop();
  await broker.remove();
});

async function board(directory: string): Promise<RunningProgram> {
  const own = ['--data', directory, '--port', String(port), '--token', token, '--vessel', vesselId];
  const parameters = [...own, '--mqtt', broker.url, '--log-level', 'warn'];
  const program = startOurProgram('src/main/station/vessel-program.ts', parameters);
  await program.line(/^ARUS vessel node /, 60_000);
  return program;
}

/** A script's calls to the ship's program. */
const ship: Called = {
  async call(method: MethodName, input: unknown) {
    const headers = { authorization: `Bearer ${token}` };
    const found = await askHttp(port, `/call/${method}`, { method: 'POST', body: input, headers });
    if (found.status !== 200) throw new Error(`${method}: ${found.status} ${found.text}`);
    return contract[method].output.parse(answer.parse(found.json).output) as never;
  },
};

test('a photo of a ship that dies by kill -9 again and again goes on from where it was', async () => {
  const pieces = await countPieces(broker.url, vesselId);
  const directory = temporaryDirectory('killed');
  let program = await board(directory);
  const order = await ship.call('workOrders.create', { title: 'Leak at the fuel pump' });
  const bytes = photo(size);
  await attach(ship, order.id, bytes);
  const arrived = async (): Promise<number> => (await attachmentOf(ship, order.id))?.content.arrived ?? 0;
  let before = 0;
  for (let kills = 0; kills < 3; kills += 1) {
    const least = before + 500_000;
    await until('more of it ashore', async () => (await arrived()) >= least, { within: 30_000, every: 2 });
    before = await arrived();
    await program.kill();
    expect(before).toBeLessThan(size);
    program = await board(directory);
    expect(await arrived()).toBeGreaterThan(0);
  }
  await until(
    'all of it ashore',
    async () => (await attachmentOf(ship, order.id))?.content.state === 'held',
    {
      within: 50_000,
    },
  );
  const [there] = z
    .object({ items: z.array(officeAttachment) })
    .parse(await shore.get(`/api/work-orders/${order.id}/attachments`)).items;
  const content = await fetch(`http://127.0.0.1:${shore.port}/api/attachments/${there?.id}/content`);
  expect(sha256Of(new Uint8Array(await content.arrayBuffer()))).toBe(sha256Of(bytes));
  // What was on its way when it died may go twice, and no more.
  expect(pieces.counted.bytesTwice).toBeLessThan(size / 4);
  await program.stop();
  await pieces.end();
}, 150_000);
