import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const page = 'office.html';

/** The page may load its own files and talk to this gateway, and nothing else. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const notBuilt = "The office's page has not been built. Run 'npm run build' and start the gateway again.\n";

/**
 * Serves the office's page at `/` and its assets. The page needs no key, what it asks for does.
 * @param folder the built renderer, absolute; null, or one without the page, is answered 404 in words
 */
export async function serveOfficePage(app: FastifyInstance, folder: string | null): Promise<void> {
  if (folder === null || !existsSync(join(folder, page))) {
    app.get('/', (_request, reply) => reply.code(404).type('text/plain; charset=utf-8').send(notBuilt));
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    index: false,
    // The board's page lives in the same folder and has no business ashore.
    allowedPath: (path) => path.replace(/^\//, '') === page || !path.endsWith('.html'),
    cacheControl: false,
    setHeaders(reply, path) {
      const named = path.startsWith(join(folder, 'assets'));
      void reply.header('cache-control', named ? 'public, max-age=31536000, immutable' : 'no-cache');
      if (path.endsWith('.html')) void reply.header('content-security-policy', policy);
    },
  });
  app.get('/', (_request, reply) => reply.sendFile(page));
}
