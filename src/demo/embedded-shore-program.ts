/**
 * The demo's shore in one process: an MQTT broker, a Postgres in a folder, and the gateway that runs ashore too.
 * Takes the folder and the port of the office page; talks with the demo over its channel.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { lockFolder } from '#folder-lock/folder-lock.ts';
import { brokerConfiguration } from '#link/configuration.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { programLog } from '#link/program-log.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { linkCodec } from '#link/link-codec.ts';
import { packageCrypto } from '#link/package-crypto.ts';
import { runGateway } from '#shore/run-gateway.ts';
import { DatabaseRefused } from '#shore/store/database-refused.ts';
import type { Database } from '#shore/store/database.ts';
import { openPglite } from '#shore/store/pglite.ts';
import { openEmbeddedBroker } from './embedded-broker.ts';
import { toShore, type FromShore } from './shore-messages.ts';

const [folder, port] = z.tuple([z.string(), z.coerce.number()]).parse(process.argv.slice(2));
const log = programLog('shore', 'info');
const environment = systemEnvironment(log);
/** ms */
const longestHandover = 10_000;
const tell = (message: FromShore): void => void process.send?.(message);

/** The shore of a demo that was killed ends in order, which takes a moment. */
async function openWhenFree(directory: string): Promise<Database> {
  const began = environment.monotonic();
  for (;;) {
    try {
      return await openPglite(directory, lockFolder);
    } catch (error) {
      const isTaken = error instanceof DatabaseRefused && error.refusal === 'in_use';
      if (!isTaken || environment.monotonic() - began > longestHandover) throw error;
      await new Promise<void>((resolve) => void environment.after(200, resolve));
    }
  }
}

async function start(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const broker = await openEmbeddedBroker(environment.randomBytes);
  const database = await openWhenFree(join(folder, 'postgres'));
  const pace = { connectTimeout: 10_000, keepalive: 60, shortestWait: 200, longestWait: 2_000 };
  const configuration = brokerConfiguration({ mqtt: broker.gatewayUrl }, pace);
  const gateway = await runGateway(
    {
      database,
      environment,
      codec: linkCodec,
      crypto: packageCrypto,
      openLink: mqttLink(configuration, environment),
    },
    {
      gateway: 'demo',
      version: 'demo',
      group: null,
      qos: { changes: 1, presence: 1 },
      admit: () => true,
      access: { loopback: true, keys: null },
      host: '127.0.0.1',
      port,
      page: join(import.meta.dirname, '..', '..', 'out', 'renderer'),
      requestsPerMinute: 10_000,
    },
  );
  await gateway.ready;

  process.on('message', (message) => {
    const { link } = toShore.parse(message);
    const done = link === 'cut' ? broker.link.cut() : broker.link.restore();
    done.then(
      () => tell({ kind: 'link', link }),
      (error: unknown) =>
        tell({ kind: 'failed', message: `The link could not be restored: ${String(error)}` }),
    );
  });
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    await gateway.close();
    await broker.close();
    await database.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void end());
  process.on('SIGINT', () => void end());
  tell({ kind: 'ready', office: `http://127.0.0.1:${gateway.port}`, broker: broker.linkUrl });
}

start().catch((error: unknown) => {
  log.error({ err: error }, 'The shore could not start');
  tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
  process.disconnect?.();
});
