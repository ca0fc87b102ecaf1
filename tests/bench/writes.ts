import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import Database from 'better-sqlite3';
import { systemEnvironment } from '#link/system-environment.ts';
import { columnOf } from '#shared/records/record.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { orderAt } from '#support/filled-vessel.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { silentLog } from '#support/silent-log.ts';
import { RecordIds } from '#shared/record-ids.ts';
import { asWritable } from '#vessel/store/database.ts';
import { migrate, prepareConnection } from '#vessel/store/open-database.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';
import { RecordService } from '#vessel/records/record-service.ts';
import { figure, mean, quantile, type Figure } from './figure.ts';

const rounds = 10_000;
const warmUp = 1_000;
const environment = systemEnvironment(silentLog);
const recordIds = new RecordIds(environment);

/**
 * One work order a transaction: a bare INSERT into the same table with the same indexes, against the service that
 * the contract's `workOrders.create` calls (rules, number, record, versions, journal with hash chain). The
 * two take turns, so that both meet the same disk. Who else is on the machine takes the processor's caches while the disk
 * has its turn, and the more there is to run after that the more it costs: the tenth that is quickest shows it with fewer
 * of them.
 */
export function benchWrites(): Figure[] {
  return (['FULL', 'NORMAL'] as const).flatMap((durability) => {
    const bare = bareInsert(durability);
    const service = throughService(durability);
    const samples = { bare: [] as number[], service: [] as number[] };
    for (let round = 0; round < rounds + warmUp; round += 1) {
      const first = timed(() => bare(round));
      const second = timed(() => service(round));
      if (round < warmUp) continue;
      samples.bare.push(first);
      samples.service.push(second);
    }
    const ratio = (share: number): number => quantile(samples.bare, share) / quantile(samples.service, share);
    return [
      figure(`bare insert, ${durability}, median`, quantile(samples.bare, 0.5), 'us'),
      figure(`journalled write, ${durability}, median`, quantile(samples.service, 0.5), 'us'),
      figure(`journalled writes a second, ${durability}`, 1_000_000 / mean(samples.service), '1/s'),
      figure(
        `journalled against bare, ${durability}`,
        ratio(0.5),
        '',
        durability === 'FULL' ? { least: 0.8 } : null,
      ),
      figure(`journalled against bare, ${durability}, a tenth is quicker`, ratio(0.1), ''),
    ];
  });
}

function connect(name: string, durability: string): Database.Database {
  const connection = new Database(join(temporaryDirectory('bench'), `${name}.db`));
  prepareConnection(connection);
  connection.pragma(`synchronous = ${durability}`);
  migrate(connection, { isNew: true, directory: null, environment });
  return connection;
}

function bareInsert(durability: string): (round: number) => void {
  const connection = connect('bare', durability);
  const fields = Object.keys(workOrderSpec.fields);
  const columns = ['id', 'updated_at', 'updated_by', ...fields.map(columnOf)];
  const insert = connection.prepare(
    `INSERT INTO work_order (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  return (round) => {
    const order: Record<string, unknown> = orderAt(round);
    insert.run([recordIds.next(), environment.now(), 'Filler', ...fields.map((name) => order[name])]);
  };
}

function throughService(durability: string): (round: number) => void {
  const connection = asWritable(connect('journalled', durability));
  const store = new VesselStore(connection, 'mv-aurora', environment);
  const service = new RecordService(store, workOrderSpec, 'Bridge PC');
  const actor = { id: null, name: 'Filler' };
  return (round) => {
    const { title, description, type, priority, dueDate, estimatedHours, notes } = orderAt(round);
    service.create(
      {
        title,
        description,
        equipmentId: null,
        type,
        priority,
        dueDate,
        assigneeId: null,
        estimatedHours,
        notes,
      },
      actor,
    );
  };
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) * 1_000;
}
