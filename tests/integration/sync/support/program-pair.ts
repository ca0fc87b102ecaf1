import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { startMosquitto, type Mosquitto } from '#support/mosquitto.ts';
import { freePort } from '#support/ports.ts';
import { startOurProgram, type RunningProgram } from '#support/processes.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { askHttp, startShore, type Shore } from '#support/shore.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';

const token = 'pair-pair-pair-pair-pair-pair-00';
const hook = pathToFileURL(join(import.meta.dirname, 'newer-records.ts')).href;
const answer = z.object({ output: z.looseObject({}) });

/** A ship's program and an office's, each of its own version of the records, that a test updates. */
export class ProgramPair {
  readonly #broker: Mosquitto;
  readonly #database: string;
  readonly #directory = temporaryDirectory('pair');
  readonly #port: number;
  #ship: RunningProgram | null = null;
  #shore: Shore | null = null;

  private constructor(broker: Mosquitto, database: string, port: number) {
    this.#broker = broker;
    this.#database = database;
    this.#port = port;
  }

  /** @param versions of the records that each program knows */
  static async start(versions: { ship: number; shore: number }): Promise<ProgramPair> {
    const pair = new ProgramPair(await startMosquitto(), await emptyDatabase(), await freePort());
    await pair.startShore(versions.shore);
    await pair.startShip(versions.ship);
    return pair;
  }

  /** Starts the office's program, or another version of it in its place. */
  async startShore(version: number): Promise<void> {
    await this.#shore?.stop();
    this.#shore = await startShore(
      ['--database', this.#database, '--mqtt', this.#broker.url, '--log-level', 'warn'],
      environmentOf(version),
    );
  }

  async startShip(version: number): Promise<void> {
    await this.#ship?.stop(10_000);
    const own = ['--data', this.#directory, '--port', String(this.#port), '--token', token];
    const named = ['--vessel', 'mv-aurora', '--device', 'Bridge PC', '--time-zone', 'UTC'];
    const parameters = own.concat(named, ['--mqtt', this.#broker.url, '--log-level', 'warn']);
    this.#ship = startOurProgram('src/main/station/vessel-program.ts', parameters, {
      environment: environmentOf(version),
    });
    await this.#ship.line(/^ARUS vessel node /, 60_000);
  }

  /** A call of a screen on board. */
  async onBoard<T extends z.ZodType>(method: string, input: object, shape: T): Promise<z.output<T>> {
    const headers = { authorization: `Bearer ${token}` };
    const found = await askHttp(this.#port, `/call/${method}`, { method: 'POST', body: input, headers });
    if (found.status !== 200) throw new Error(`${method} was answered with ${found.status}: ${found.text}`);
    return shape.parse(answer.parse(found.json).output);
  }

  /** A question of the office's. */
  async ashore<T extends z.ZodType>(
    method: string,
    path: string,
    body: object | undefined,
    shape: T,
  ): Promise<z.output<T>> {
    const found = await this.#shore?.ask(path, { method, ...(body === undefined ? {} : { body }) });
    if (found === undefined || found.status >= 300)
      throw new Error(`${path} was answered with ${found?.status}: ${found?.text}`);
    return shape.parse(found.json);
  }

  async remove(): Promise<void> {
    await this.#ship?.stop(10_000);
    await this.#shore?.stop();
    await this.#broker.remove();
  }
}

function environmentOf(version: number): Record<string, string> {
  return version === 1
    ? {}
    : {
        NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import ${hook} --disable-warning=ExperimentalWarning`,
        ARUS_TEST_RECORDS: String(version),
      };
}
