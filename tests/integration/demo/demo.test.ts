import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { pageOf } from '#shared/office/page.ts';
import { officeWorkOrderRow } from '#shared/office/records.ts';
import { isListening } from '#support/ports.ts';
import { projectRoot } from '#support/project.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { startTyped, type TypedProgram } from './typed-program.ts';

const program = 'src/demo/demo-program.ts';

interface Pages {
  board: string;
  token: string;
  /** Process of the vessel node. */
  vessel: number;
  office: string;
}

/** Waits until the demo stands and reads the addresses that it prints. */
async function standing(demo: TypedProgram): Promise<Pages> {
  const [, board = '', token = '', vessel = ''] = await demo.says(
    /^Board\s+(http:\/\/\S+)\/#token=(\S+)\s+\(process (\d+)\)$/,
    60_000,
  );
  const [, office = ''] = await demo.says(/^Office\s+(http:\/\/\S+)\/$/);
  await demo.says(/quit\s+end the demo/);
  return { board, token, vessel: Number(vessel), office };
}

async function call(pages: Pages, method: string, input: object): Promise<Response> {
  return fetch(`${pages.board}/call/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${pages.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
}

async function ordersAshore({ office }: Pages, search: string) {
  const response = await fetch(`${office}/api/work-orders?search=${encodeURIComponent(search)}`);
  return pageOf(officeWorkOrderRow).parse(await response.json()).items;
}

async function waitingOnBoard(pages: Pages): Promise<number> {
  const answered = await (await call(pages, 'sync.status', {})).json();
  return z.object({ output: z.object({ queue: z.object({ depth: z.number() }) }) }).parse(answered).output
    .queue.depth;
}

/** Whether a process is there that is no mere corpse. */
function runs(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && !readFileSync(file, 'utf8').includes(') Z ');
}

/** The demo and all that it has started, by process id. */
function family(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  const children = existsSync(file) ? readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number) : [];
  return [pid, ...children.flatMap(family)];
}

describe('npm run demo', () => {
  beforeAll(() => {
    execFileSync(process.execPath, [join(projectRoot, 'scripts', 'built.ts')], { stdio: 'ignore' });
  }, 120_000);

  test('a ship, its office, and orders that outlive a cut link and a kill -9', async () => {
    const data = join(temporaryDirectory('demo'), 'demo');
    const demo = startTyped(program, ['--data', data, '--no-open', '--no-electron']);
    const pages = await standing(demo);
    const all = family(demo.pid);
    expect(all).toContain(pages.vessel);

    expect(await (await fetch(`${pages.board}/`)).text()).toContain('<title>ARUS</title>');
    expect(await (await fetch(`${pages.office}/`)).text()).toContain('<title>ARUS office</title>');
    await until('the sample ship ashore', async () => {
      const response = await fetch(`${pages.office}/api/vessels`);
      const { items } = z
        .object({
          items: z.array(z.object({ name: z.string(), workOrders: z.object({ outstanding: z.number() }) })),
        })
        .parse(await response.json());
      return items[0]?.name === 'MV Astrid Holm' && items[0].workOrders.outstanding === 54;
    });

    // Shore has all before the ship has heard so.
    await until('nothing waiting on board', async () => (await waitingOnBoard(pages)) === 0);
    demo.type('cut');
    await demo.says(/The link is cut/);
    const created = await call(pages, 'workOrders.create', { title: 'Written while the link was cut' });
    expect(created.status).toBe(200);
    demo.type('status');
    await demo.says(/link offline, waiting 1,/);
    expect(await ordersAshore(pages, 'Written while')).toEqual([]);

    process.kill(pages.vessel, 'SIGKILL');
    await demo.says(/was ended by SIGKILL.*\nType 'start'/);
    expect(await isListening(Number(new URL(pages.office).port))).toBe(true);
    demo.type('start');
    const [, vessel = ''] = await demo.says(/^Board\s+\S+\s+\(process (\d+)\)$/);
    expect(Number(vessel)).not.toBe(pages.vessel);
    expect(demo.output().match(/^Board\s+(\S+)/gm)).toHaveLength(3);
    expect(new Set(demo.output().match(/http:\S+#token=\S+/g)).size).toBe(1);
    expect(await ordersAshore(pages, 'Written while')).toEqual([]);

    demo.type('restore');
    await demo.says(/The link is restored/);
    const [order, ...others] = await until('the order ashore', async () => {
      const found = await ordersAshore(pages, 'Written while');
      return found.length > 0 ? found : null;
    });
    expect(others).toEqual([]);
    expect(order).toMatchObject({ vesselId: 'astrid-holm', title: 'Written while the link was cut' });

    const before = family(demo.pid);
    demo.signal('SIGINT');
    expect(await demo.ended).toEqual({ code: 0, signal: null });
    expect([...new Set([...all, ...before])].filter(runs)).toEqual([]);

    const again = startTyped(program, ['--data', data, '--no-open', '--no-electron']);
    const same = await standing(again);
    expect({ board: same.board, token: same.token, office: same.office }).toEqual({
      board: pages.board,
      token: pages.token,
      office: pages.office,
    });
    expect(await ordersAshore(same, 'Written while')).toHaveLength(1);
    again.type('quit');
    expect((await again.ended).code).toBe(0);
  }, 180_000);

  test('killed itself, it leaves nothing running; started again, it stands as it was', async () => {
    const data = join(temporaryDirectory('demo'), 'demo');
    const demo = startTyped(program, ['--data', data, '--no-open', '--no-electron']);
    await standing(demo);
    const all = family(demo.pid);
    expect(all.length).toBeGreaterThanOrEqual(3);

    demo.signal('SIGKILL');
    await demo.ended;
    await until('the others ending', () => !all.some(runs), { within: 15_000 });

    const again = startTyped(program, ['--data', data, '--no-open', '--no-electron']);
    const pages = await standing(again);
    expect(again.output()).not.toContain('Putting a ship on board');
    const counts = z
      .object({ output: z.object({ total: z.number() }) })
      .parse(await (await call(pages, 'workOrders.counts', {})).json());
    expect(counts.output.total).toBe(60);
    again.signal('SIGTERM');
    expect((await again.ended).code).toBe(0);
  }, 180_000);

  test('two demos do not share a folder, and --fresh removes nothing that is not a demo’s', async () => {
    const data = temporaryDirectory('demo');
    const foreign = startTyped(program, ['--data', projectRoot, '--fresh', '--no-open', '--no-electron']);
    expect((await foreign.ended).code).toBe(2);
    expect(foreign.output()).toContain('Nothing was removed');
    expect(existsSync(join(projectRoot, 'package.json'))).toBe(true);

    const first = startTyped(program, ['--data', data, '--no-open', '--no-electron']);
    await standing(first);
    const second = startTyped(program, ['--data', data, '--no-open', '--no-electron']);
    expect((await second.ended).code).toBe(2);
    expect(second.output()).toContain('runs in');
    first.type('nonsense');
    await first.says(/There is no such command/);
    first.type('q');
    expect((await first.ended).code).toBe(0);
  }, 120_000);

  test.each([
    [['--help'], 0, '--no-open'],
    [['--colour'], 2, '--colour'],
    [['--board-port', 'x'], 2, '0 to 65535'],
  ])('%j ends at once, in words', async (parameters, code, says) => {
    const demo = startTyped(program, parameters);
    expect((await demo.ended).code).toBe(code);
    expect(demo.output()).toContain(says);
  });
});
