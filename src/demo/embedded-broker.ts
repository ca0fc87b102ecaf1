import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import '#link/mqtt-memory.ts';
import { Aedes } from 'aedes';
import { frameLimit } from '#shared/sync/frame.ts';
import { listenCuttable, type CuttableListener } from './cuttable-listener.ts';

/** An MQTT broker within this process, without a disk: what it held is gone with it, and nothing is lost by that. */
export interface EmbeddedBroker {
  /** Where the gateway connects, `mqtt://127.0.0.1:PORT`. */
  readonly gatewayUrl: string;
  /** Where vessels connect: the link that can be cut. */
  readonly link: CuttableListener;
  readonly linkUrl: string;
  close(): Promise<void>;
}

/** Packets that may wait for one client; a whole window of batches and their acknowledgements is less than a hundred. */
const queueLimit = 1_000;
/** ms */
const connectTimeout = 10_000;

export async function openEmbeddedBroker(
  randomBytes: (length: number) => Uint8Array,
): Promise<EmbeddedBroker> {
  const broker = await Aedes.createBroker({
    concurrency: 100,
    queueLimit,
    connectTimeout,
    maxClientsIdLength: 256,
    authorizePublish(_client, packet, done) {
      const isTooLarge = packet.payload.length > frameLimit;
      done(isTooLarge ? new Error(`A message of ${packet.payload.length} bytes`) : null);
    },
  });
  const link = await listenCuttable(randomBytes, (socket) => broker.handle(socket));
  const gateway = createServer((socket) => broker.handle(socket));
  gateway.listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  const { port } = gateway.address() as AddressInfo;
  return {
    gatewayUrl: `mqtt://127.0.0.1:${port}`,
    link,
    linkUrl: `mqtt://127.0.0.1:${link.port}`,
    async close() {
      // Ends every connection, which the listeners wait for.
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      gateway.close();
      await link.close();
    },
  };
}
