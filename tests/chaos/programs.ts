import { join } from 'node:path';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { startFaultProxy } from '#support/fault-proxy.ts';
import { freePort } from '#support/ports.ts';
import { type Postgres, startPostgres } from '#support/postgres.ts';
import { type RunningProgram, startOurProgram } from '#support/processes.ts';
import { nodeFlagsOf } from '#support/project.ts';
import { removeDirectory, temporaryDirectory } from '#support/temporary-directory.ts';
import { DatabaseFaults, gatewayRole } from './database-faults.ts';
import type { Victim } from './plan.ts';

export const vesselId = 'mv-chaos';
const token = 'chaos-chaos-chaos-chaos-chaos-00';

/** A real ship and a real office, each process of which can be killed and started again on the same disk. */
export interface Programs {
  /** Base of the ship's `POST /call/<method>`, and what to show there. */
  readonly ship: { url: string; token: string; file: string };
  readonly office: { url: string; database: string };
  /** What else than death may happen to the office's database. */
  readonly faults: DatabaseFaults;
  /** SIGKILL. */
  kill(victim: Victim): Promise<void>;
  /** Starts what was killed. Resolves when it answers; does nothing when it runs. */
  start(victim: Victim): Promise<void>;
  /** Starts the vessel node or the gateway without waiting for it. */
  begin(victim: 'vessel' | 'gateway'): void;
  /** Process id of the vessel node or the gateway while it runs; null otherwise. */
  pid(program: 'vessel' | 'gateway'): number | null;
  /** Says what ended by itself, with its output; null when all run. */
  fallen(): string | null;
  close(): Promise<void>;
}

/** One of our programs on one port, over its lives. */
class OurProgram {
  readonly #file: string;
  readonly #flags: readonly string[];
  readonly #parameters: readonly string[];
  readonly #ready: RegExp;
  #program: RunningProgram | null = null;
  #killed = false;

  constructor(
    script: 'vessel' | 'shore',
    file: string,
    { parameters, ready }: { parameters: readonly string[]; ready: RegExp },
  ) {
    this.#flags = nodeFlagsOf(script);
    this.#file = file;
    this.#parameters = parameters;
    this.#ready = ready;
  }

  begin(): void {
    if (this.#program?.isRunning === true) return;
    this.#killed = false;
    this.#program = startOurProgram(this.#file, this.#parameters, { flags: this.#flags });
  }

  async start(): Promise<void> {
    this.begin();
    await this.#program?.line(this.#ready, 60_000);
  }

  async kill(): Promise<void> {
    this.#killed = true;
    await this.#program?.kill();
  }

  async stop(): Promise<void> {
    this.#killed = true;
    await this.#program?.stop(10_000);
  }

  get pid(): number | null {
    return this.#program?.isRunning === true ? this.#program.pid : null;
  }

  get fallen(): string | null {
    if (this.#program === null || this.#killed || this.#program.isRunning) return null;
    return `${this.#file} ended by itself:\n${this.#program.output().slice(-4_000)}`;
  }
}

/**
 * @param toBroker what the ship connects to instead of the broker itself; given the broker's address, and asked once
 */
export async function startPrograms(
  toBroker: (broker: string) => string | Promise<string> = (broker) => broker,
): Promise<Programs> {
  const directory = temporaryDirectory('chaos-ship');
  const broker: Mosquitto = await startMosquitto();
  const postgres: Postgres = await startPostgres();
  const name = 'chaos';
  const database = await postgres.createDatabase(name);
  const way = await startFaultProxy(postgres.port);
  const faults = new DatabaseFaults(postgres.url, name, way);
  await faults.prepare();
  const [shipPort, officePort] = [await freePort(), await freePort()];
  const quiet = ['--log-level', 'warn'];
  const vessel = new OurProgram('vessel', 'src/main/station/vessel-program.ts', {
    parameters: [
      '--data',
      directory,
      '--vessel',
      vesselId,
      '--device',
      'Bridge PC',
      '--time-zone',
      'UTC',
      '--port',
      String(shipPort),
      '--token',
      token,
      '--mqtt',
      await toBroker(broker.url),
      ...quiet,
    ],
    ready: /^ARUS vessel node /,
  });
  const gateway = new OurProgram('shore', 'src/shore/shore-program.ts', {
    parameters: [
      '--database',
      `postgres://${gatewayRole}@127.0.0.1:${way.port}/${name}`,
      '--port',
      String(officePort),
      '--requests',
      '1000000',
      '--mqtt',
      broker.url,
      ...quiet,
    ],
    ready: /^ARUS shore gateway /,
  });
  const ours = { vessel, gateway };
  const theirs = { broker, database: postgres };
  const isOurs = (victim: Victim): victim is 'vessel' | 'gateway' => victim in ours;
  const kill = async (victim: Victim): Promise<void> =>
    isOurs(victim) ? ours[victim].kill() : theirs[victim].kill();
  const start = async (victim: Victim): Promise<void> =>
    isOurs(victim) ? ours[victim].start() : theirs[victim].restart();
  await Promise.all([start('vessel'), start('gateway')]);
  return {
    ship: { url: `http://127.0.0.1:${shipPort}`, token, file: join(directory, databaseFileName) },
    office: { url: `http://127.0.0.1:${officePort}`, database },
    faults,
    kill,
    start,
    begin: (victim) => ours[victim].begin(),
    pid: (program) => ours[program].pid,
    fallen: () => vessel.fallen ?? gateway.fallen,
    async close() {
      await vessel.stop();
      await gateway.stop();
      await way.close();
      await postgres.remove();
      await broker.remove();
      removeDirectory(directory);
    },
  };
}
