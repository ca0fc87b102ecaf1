import { brokerConfiguration } from '#link/configuration.ts';
import { linkCodec } from '#link/link-codec.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { packageCrypto } from '#link/package-crypto.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import type { MethodInput, MethodName, MethodOutput } from '#shared/contract/index.ts';
import { createApi } from '#shore/api/server.ts';
import { Joining } from '#shore/joining/joining.ts';
import { type Shore, openShore } from '#shore/open-shore.ts';
import type { Database } from '#shore/store/database.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { silentLog } from '#support/silent-log.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { openDatabase } from '#vessel/store/open-database.ts';
import { type RecordUnit, recordAndPublish } from '#vessel/store/record-and-publish.ts';
import type { VesselStore } from '#vessel/store/vessel-store.ts';
import { type VesselNode, startNode } from '#vessel/vessel-node.ts';

export const vesselId = 'mv-aurora';

/** A computer on board. */
export interface Computer {
  node: VesselNode;
  store: VesselStore;
  directory: string;
  write(work: (unit: RecordUnit) => void): void;
}

type Api = Awaited<ReturnType<typeof createApi>>;

/** A ship and its office in this process, with Mosquitto, Postgres and SQLite on disk between and below them. */
export interface TwoEnds {
  readonly environment: ReturnType<typeof systemEnvironment>;
  /** Those that `close` closes. */
  readonly computers: Computer[];
  readonly database: Database;
  readonly shore: Shore;
  readonly api: Api;
  /** Puts another computer on board. */
  board(device: string): Computer;
  call<N extends MethodName>(at: Computer, method: N, input: MethodInput<N>): Promise<MethodOutput<N>>;
  /** The error that a call is answered with; null where it is done. */
  refusal(at: Computer, method: MethodName, input: unknown): Promise<unknown>;
  /** What the office's REST answers. */
  rest(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<{ status: number; json: Record<string, unknown>; etag: string }>;
  close(): Promise<void>;
}

/** @param pages folder of the built page, for the office; null for none */
export async function openTwoEnds(pages: string | null): Promise<TwoEnds> {
  const environment = systemEnvironment(silentLog);
  const broker: Mosquitto = await startMosquitto();
  const database = openPostgres({ url: await emptyDatabase() }, environment);
  const shore = openShore(
    {
      database,
      openLink: mqttLink(brokerConfiguration({ mqtt: broker.url }), environment),
      codec: linkCodec,
      crypto: packageCrypto,
      environment,
    },
    {
      gateway: 'test',
      version: '0.0.0',
      group: null,
      qos: { changes: 1, presence: 1 },
      admit: () => true,
    },
  );
  await shore.ready;
  const api = await createApi({
    service: shore.service,
    fileTransfer: shore.fileTransfer,
    metrics: shore.metrics,
    joining: new Joining({
      service: shore.service,
      proposal: { office: null, broker: null, ca: null },
      admit: () => true,
    }),
    environment,
    access: { loopback: true, keys: null },
    pages,
    version: '0.0.0',
    requestsPerMinute: 10_000,
    connectionsPerAddress: 100,
    proxies: [],
  });
  const computers: Computer[] = [];
  return {
    environment,
    computers,
    database,
    shore,
    api,
    board(device) {
      const directory = temporaryDirectory('two-ends');
      const link = brokerConfiguration({ mqtt: broker.url }, { shortestWait: 100, longestWait: 300 });
      const { node, store } = startNode(
        openDatabase(directory, environment),
        {
          dataDirectory: directory,
          vesselId,
          vesselName: 'MV Aurora',
          device,
          timeZone: 'UTC',
          version: '0.0.0',
          brokerName: null,
        },
        { environment, openLink: mqttLink(link, environment), codec: linkCodec },
      );
      const computer: Computer = {
        node,
        store,
        directory,
        write: (work) => recordAndPublish(store, { actor: { id: null, name: 'J. Berg' }, device }, work),
      };
      computers.push(computer);
      return computer;
    },
    async call<N extends MethodName>({ node }: Computer, method: N, input: MethodInput<N>) {
      const answer = await node.call({ method, input });
      if (!answer.ok) throw new Error(JSON.stringify(answer.error));
      return answer.output as MethodOutput<N>;
    },
    async refusal({ node }, method, input) {
      const answer = await node.call({ method, input });
      return answer.ok ? null : answer.error;
    },
    async rest(method, url, body, headers = {}) {
      const answer = await api.inject({
        method,
        url,
        headers: { host: '127.0.0.1', ...headers },
        ...(body === undefined ? {} : { payload: body }),
      });
      return { status: answer.statusCode, json: answer.json(), etag: String(answer.headers['etag']) };
    },
    async close() {
      for (const { node } of computers) await node.close();
      await api.close();
      await shore.close();
      await database.close();
      await broker.remove();
    },
  };
}
