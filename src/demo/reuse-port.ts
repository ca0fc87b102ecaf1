import { once } from 'node:events';
import { createServer } from 'node:net';

/** Reuses the port of last time where it is free; otherwise 0 for any. */
export async function reusePort(port: number | null): Promise<number> {
  if (port === null) return 0;
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return 0;
  }
  server.close();
  await once(server, 'close');
  return port;
}
