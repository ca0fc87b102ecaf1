import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { systemEnvironment } from '#link/system-environment.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { verifyShore } from '#shore/verify/verify-shore.ts';
import { simulateLink, type SimulatedLink } from '#support/link/simulated-link.ts';
import { linkProfiles } from '#support/link/profiles.ts';
import { seeded } from '#support/seeded.ts';
import { silentLog } from '#support/silent-log.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import { differencesOf, marksIn, sharedNumbers } from '../chaos/compare.ts';
import { untilDrained } from '../chaos/drained.ts';
import { readShip, readShore } from '../chaos/ends.ts';
import { judge } from '../chaos/ledger.ts';
import { Load } from '../chaos/load.ts';
import { startPrograms, vesselId, type Programs } from '../chaos/programs.ts';
import { bytesOf, openHandles, residentBytes } from './process-figures.ts';
import { openScreens, type Screens } from './screens.ts';
import type { Reading } from './trend.ts';

export interface SoakOptions {
  minutes: number;
  seed: number;
  /** Sockets that listen at each end, beside the pages. */
  readers: number;
  onSample?(at: number, sample: Sample): void;
}

/** What is read again and again. Bytes, and counts. */
export interface Sample {
  vesselMemory: number;
  gatewayMemory: number;
  vesselHandles: number;
  gatewayHandles: number;
  databaseConnections: number;
  shipDatabase: number;
  shipWal: number;
  shoreDatabase: number;
  shipPageHeap: number;
  officePageHeap: number;
  shipPageNodes: number;
  officePageNodes: number;
  writes: number;
}

export interface Soaked {
  series: Record<keyof Sample, Reading[]>;
  writes: number;
  cuts: number;
  connections: number;
  readers: { open: number; of: number };
  lost: number;
  doubled: number;
  differing: number;
  /** A sentence for each thing that is wrong, the first hundred of them. */
  wrong: string[];
}

const everyMs = 10_000;
const minute = 60_000;
/** Some six people, so long at most between two writes of one: ten to twelve writes a second. */
const longestPause = 1_000;
const dropEveryMs = 100_000;
const gapEveryMs = 5 * minute;
const gapMs = 45_000;
/** The last readings are of programs at rest. */
const restMs = 30_000;

/**
 * Lets people write on board and ashore, with pages and readers at both ends, while the link goes up and down, and
 * reads what the programs take of memory, handles and disk. At the end all is drained and compared.
 */
export async function soak(options: SoakOptions): Promise<Soaked> {
  const made = Promise.withResolvers<SimulatedLink>();
  const programs = await startPrograms(async (broker) => {
    const link = await simulateLink({
      to: Number(new URL(broker).port),
      profile: linkProfiles.leo,
      seed: options.seed,
      drops: { everyMs: dropEveryMs, kinds: ['fin', 'reset', 'silent'] },
    });
    made.resolve(link);
    return `mqtt://127.0.0.1:${link.port}`;
  });
  const link = await made.promise;
  let screens: Screens | null = null;
  try {
    screens = await openScreens(programs, options.readers);
    return await new Soak(programs, link, screens).run(options);
  } finally {
    await screens?.close();
    await programs.close();
    await link.close();
  }
}

class Soak {
  readonly #programs: Programs;
  readonly #link: SimulatedLink;
  readonly #screens: Screens;
  readonly #series: Record<keyof Sample, Reading[]> = {
    vesselMemory: [],
    gatewayMemory: [],
    vesselHandles: [],
    gatewayHandles: [],
    databaseConnections: [],
    shipDatabase: [],
    shipWal: [],
    shoreDatabase: [],
    shipPageHeap: [],
    officePageHeap: [],
    shipPageNodes: [],
    officePageNodes: [],
    writes: [],
  };
  readonly #began = performance.now();

  constructor(programs: Programs, link: SimulatedLink, screens: Screens) {
    this.#programs = programs;
    this.#link = link;
    this.#screens = screens;
  }

  async run({ minutes, seed, onSample }: SoakOptions): Promise<Soaked> {
    const load = new Load(this.#programs, seeded(seed), `s${seed}`, longestPause);
    const database = openPostgres(
      { url: this.#programs.office.database, connections: 2 },
      systemEnvironment(silentLog),
    );
    const counts = new pg.Client({ connectionString: this.#programs.office.database });
    await counts.connect();
    const ended = new AbortController();
    const gaps = this.#gaps(ended.signal);
    const samples = this.#sample({ load, counts, until: ended.signal, ...(onSample && { onSample }) });
    try {
      await load.begin();
      await load.work(minutes * minute);
      const wrong: string[] = [];
      await untilDrained(this.#programs).catch((error: unknown) =>
        wrong.push(error instanceof Error ? error.message : String(error)),
      );
      const last = await load.write('ship');
      await this.#screens
        .untilShown(last)
        .catch(() => wrong.push(`The last order, ${last}, does not show on both pages`));
      await wait(restMs);
      ended.abort();
      await Promise.all([gaps, samples]);
      const fallen = this.#programs.fallen();
      if (fallen !== null) wrong.push(fallen);
      else await untilDrained(this.#programs);
      const ship = readShip(this.#programs.ship.file, null);
      const shore = await readShore(database, vesselId, null);
      const judged = judge(load.ledger, {
        "the ship's journal": marksIn(ship),
        "shore's journal": marksIn(shore),
      });
      const doubled = [...judged.doubled, ...sharedNumbers(ship), ...sharedNumbers(shore)];
      const differing = differencesOf(ship, shore);
      const onBoard = verifyJournal(this.#programs.ship.file);
      const ashore = await verifyShore(database);
      if (!onBoard.ok) differing.push(`On board: ${onBoard.difference}`);
      if (!ashore.holds) differing.push(`Ashore: ${ashore.difference}`);
      return {
        series: this.#series,
        writes: load.ledger.length,
        cuts: this.#link.drops.length,
        connections: this.#link.connections,
        readers: this.#screens.connected(),
        lost: judged.lost.length,
        doubled: doubled.length,
        differing: differing.length,
        wrong: [...wrong, ...judged.lost, ...doubled, ...differing].slice(0, 100),
      };
    } finally {
      ended.abort();
      await counts.end().catch(() => undefined);
      await database.close();
    }
  }

  /** Every few minutes the link carries nothing for a while, and nobody is told. */
  async #gaps(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await wait(gapEveryMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) this.#link.gap('black hole', gapMs);
    }
  }

  async #sample({
    load,
    counts,
    until,
    onSample,
  }: {
    load: Load;
    counts: pg.Client;
    until: AbortSignal;
    onSample?: (at: number, sample: Sample) => void;
  }): Promise<void> {
    while (!until.aborted) {
      const at = performance.now() - this.#began;
      const sample = await this.#read(load, counts);
      for (const name of Object.keys(sample) as (keyof Sample)[]) this.#series[name].push([at, sample[name]]);
      onSample?.(at, sample);
      await wait(everyMs, undefined, { signal: until }).catch(() => undefined);
    }
  }

  async #read(load: Load, counts: pg.Client): Promise<Sample> {
    const vessel = this.#programs.pid('vessel');
    const gateway = this.#programs.pid('gateway');
    if (vessel === null || gateway === null) throw new Error(this.#programs.fallen() ?? 'A program ended');
    const { file } = this.#programs.ship;
    const { rows } = await counts.query(
      `select (select count(*)::int from pg_stat_activity where application_name = 'arus-gateway') as connections,
              pg_database_size(current_database())::float8 as bytes`,
    );
    const [shore] = z.array(z.object({ connections: z.number(), bytes: z.number() })).parse(rows);
    const pages = await this.#screens.read();
    return {
      vesselMemory: residentBytes(vessel),
      gatewayMemory: residentBytes(gateway),
      vesselHandles: openHandles(vessel),
      gatewayHandles: openHandles(gateway),
      databaseConnections: shore?.connections ?? 0,
      shipDatabase: bytesOf(file),
      shipWal: bytesOf(`${file}-wal`),
      shoreDatabase: shore?.bytes ?? 0,
      shipPageHeap: pages.ship.heapBytes,
      officePageHeap: pages.office.heapBytes,
      shipPageNodes: pages.ship.nodes,
      officePageNodes: pages.office.nodes,
      writes: load.ledger.length,
    };
  }
}
