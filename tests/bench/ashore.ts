import { performance } from 'node:perf_hooks';
import { Client } from 'pg';
import { z } from 'zod';
import { systemEnvironment } from '#link/system-environment.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { columnOf } from '#shared/records/record.ts';
import { RecordIds } from '#shared/record-ids.ts';
import { ingest } from '#shore/ingest/ingest.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { SqlStore } from '#shore/store/sql-store.ts';
import { orderAt } from '#support/filled-vessel.ts';
import { seeded } from '#support/seeded.ts';
import { silentLog } from '#support/silent-log.ts';
import { Ship } from '../integration/shore/support/ship.ts';
import { figure, quantile, type Figure } from './figure.ts';
import { OfficeClient } from './office-client.ts';
import { startOfficeGateway } from './office-gateway.ts';

const rounds = 6;
const perRound = { bare: 400, single: 100, together: 100, batches: 4, alone: 100 };
/** At the same time. */
const together = 50;
/** Changes in a batch, as a ship sends them over a quick link. */
const batchSize = 250;

const environment = systemEnvironment(silentLog);
const recordIds = new RecordIds(environment);

/**
 * Writes ashore and what ships send, beside bare inserts of the same rows into a table with the same columns and
 * indexes, each committed by itself, on the same server in the same minutes: they take turns.
 */
export async function benchAshore(): Promise<Figure[]> {
  const gateway = await startOfficeGateway('mv-office');
  const bare = await bareInserts(gateway.database);
  const ships = new Ships(gateway.database);
  const one = new OfficeClient(gateway.port, 1);
  const many = new OfficeClient(gateway.port, together);
  const seconds = { bare: 0, single: 0, together: 0, batches: 0, alone: 0 };
  const took: number[] = [];
  try {
    for (let round = 0; round <= rounds; round += 1) {
      const isWarmUp = round === 0;
      const time = async (part: keyof typeof seconds, work: () => Promise<void>): Promise<void> => {
        const start = performance.now();
        await work();
        if (!isWarmUp) seconds[part] += (performance.now() - start) / 1_000;
      };
      await time('bare', () => inOrder(perRound.bare, () => bare.insert()));
      await time('single', () =>
        inOrder(perRound.single, async (index) => void (await create(one, gateway.vessel, index))),
      );
      await time('together', () =>
        inOrder(perRound.together / together, async () => {
          const answers = Array.from({ length: together }, (_, index) => create(many, gateway.vessel, index));
          for (const answer of answers) {
            const { took: ms } = await answer;
            if (!isWarmUp) took.push(ms);
          }
        }),
      );
      await ships.prepare(perRound.batches * batchSize + perRound.alone);
      await time('batches', () => inOrder(perRound.batches, () => ships.send(batchSize)));
      await time('alone', () => inOrder(perRound.alone, () => ships.send(1)));
    }
  } finally {
    one.close();
    many.close();
    await bare.close();
    await ships.close();
    await gateway.stop();
  }
  const each = (part: keyof typeof seconds, count: number): number => (rounds * count) / seconds[part];
  const insert = each('bare', perRound.bare);
  const single = each('single', perRound.single);
  const atOnce = each('together', perRound.together);
  const batched = each('batches', perRound.batches * batchSize);
  const alone = each('alone', perRound.alone);
  return [
    figure('ashore: bare inserts, one after the other', insert, '1/s'),
    figure('ashore: creates over REST, one after the other', single, '1/s', { least: 100 }),
    figure('ashore: creates over REST, 50 at once', atOnce, '1/s', { least: 300 }),
    figure('ashore: creates over REST, 50 at once, an answer, p50', quantile(took, 0.5), 'ms'),
    figure('ashore: creates over REST, 50 at once, an answer, p99', quantile(took, 0.99), 'ms'),
    figure('ashore: creates 50 at once against bare inserts', atOnce / insert, '', { least: 0.2 }),
    figure('ashore: creates one after the other against bare inserts', single / insert, ''),
    figure('ashore: ingest, batches of 250 changes', batched, 'changes/s'),
    figure('ashore: ingest in batches of 250 against bare inserts', batched / insert, '', { least: 1 }),
    figure('ashore: ingest, batches of one change', alone, 'changes/s'),
    figure('ashore: ingest one by one against bare inserts', alone / insert, '', { least: 0.2 }),
  ];
}

async function inOrder(times: number, work: (index: number) => Promise<void>): Promise<void> {
  for (let index = 0; index < times; index += 1) await work(index);
}

const created = z.object({ number: z.string() });

async function create(client: OfficeClient, vessel: string, index: number) {
  const { title, description, type, priority, dueDate, estimatedHours } = orderAt(index);
  const answer = await client.ask('POST', '/api/work-orders', {
    vessel,
    title,
    description,
    type,
    priority,
    dueDate,
    estimatedHours,
  });
  created.parse(answer.json);
  return answer;
}

/** Into a copy of the orders' table with all its indexes; without the guard, which is ours. */
async function bareInserts(database: string) {
  const client = new Client({ connectionString: database });
  await client.connect();
  await client.query('create table bare_order (like work_order including all)');
  const fields = Object.keys(workOrderSpec.fields);
  const columns = ['vessel_id', 'id', 'updated_at', 'updated_by', ...fields.map(columnOf)];
  const text = `insert into bare_order (${columns.join(', ')}) values (${columns.map((_, index) => `$${index + 1}`).join(', ')})`;
  let index = 0;
  return {
    async insert(): Promise<void> {
      const order: Record<string, unknown> = orderAt((index += 1));
      const values = ['mv-office', recordIds.next(), environment.now(), 'Filler'];
      await client.query({
        name: 'bare',
        text,
        values: [...values, ...fields.map((name) => order[name])],
      });
    },
    close: () => client.end(),
  };
}

/**
 * A ship whose changes the gateway's own code takes into the same database, in this process: what `ingest` does from a
 * batch to its answer. 70 % updates of three fields, 28 % creates, 2 % deletes.
 */
class Ships {
  readonly #ship = new Ship('mv-sender');
  readonly #random = seeded(11);
  readonly #database;
  readonly #dependencies;
  readonly #orders: string[] = [];
  #sent = 0;

  constructor(url: string) {
    this.#database = openPostgres({ url, connections: 2 }, environment);
    const store = new SqlStore(this.#database);
    this.#dependencies = { store, environment, gateway: 'bench', admit: () => true };
  }

  /** Writes changes on board, which costs the office nothing. */
  async prepare(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const dice = this.#random.next();
      const id = this.#random.pick(this.#orders.length === 0 ? [''] : this.#orders);
      if (id === '' || dice < 0.28) {
        const { title, description, estimatedHours } = orderAt(this.#ship.journal.length);
        this.#orders.push(this.#ship.create({ title, description, estimatedHours }));
      } else if (dice < 0.98) {
        const title = `Overhaul, round ${this.#ship.journal.length}`;
        this.#ship.update(id, { title, notes: `Measured ${index} hundredths`, actualHours: index % 16 });
      } else {
        this.#ship.delete(id);
        this.#orders.splice(this.#orders.indexOf(id), 1);
      }
    }
  }

  async send(count: number): Promise<void> {
    const first = this.#sent + 1;
    this.#sent += count;
    const taken = await ingest(this.#dependencies, { ...this.#ship.batch(first, this.#sent), proof: [] });
    if (taken.outcome !== 'stored' || taken.fresh !== count)
      throw new Error(`A batch was not stored: ${JSON.stringify(taken)}`);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
