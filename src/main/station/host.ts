import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type onRequestHookHandler,
} from 'fastify';
import { refusal } from '#shared/contract/answer-text.ts';
import { parseBoundedJson } from '#shared/bounded-json.ts';
import { callJsonLimits, callTextLimit } from '#shared/contract/bridge.ts';
import type { CallResult } from '#shared/contract/envelope.ts';
import { Connections, FailedAttempts } from '#shared/connections.ts';
import type { Environment } from '#shared/ports.ts';
import { RareLog } from '#shared/rare-log.ts';
import { healthOfStorage } from './health.ts';
import { isOurs, isToken, offeredProtocols, socketProtocol, tokenOf } from './access.ts';
import { callRoute } from './call-route.ts';
import { pageHeaders } from './page-headers.ts';
import { logRefusal } from './refusals.ts';
import { serveScreen, type ScreenSocket } from './screen-socket.ts';
import type { Vessel } from './vessel.ts';

export interface StationHostOptions {
  vessel: Vessel;
  environment: Environment;
  /** Port on 127.0.0.1; 0 for any free one. */
  port: number;
  /** What screens and scripts must show. */
  token: string;
  /** Folder of the built page. */
  page: string;
}

export interface StationHost {
  readonly port: number;
  /** Address of the page, without the token. */
  readonly address: string;
  /** Takes no more calls, tells the screens, and resolves when the port is free. */
  close(): Promise<void>;
}

const loopback = '127.0.0.1';
/** Bytes of a body or frame that are read at all: what the longest call can take in UTF-8. */
const frameLimit = 3 * callTextLimit;
/** Sockets of any kind at once; nearly all are from this computer's own address. Screens among them. */
const connectionLimits = { total: 1_024, perAddress: 512 };
const screenLimit = 32;
/** How long whoever connects may take to say what it wants, and all of a request to arrive; ms. */
const headersTimeout = 5_000;
const requestTimeout = 30_000;
/** How often that is looked at, and how long a socket stays that asks for nothing more; ms. */
const connectionsCheckingInterval = 1_000;
const keepAliveTimeout = 10_000;
/** A socket over which nothing has moved for so long is let go, also while an answer waits for its reader; ms. */
const silenceTimeout = 120_000;
/** Attempts without the right token in a minute, beyond which they are answered shortly and not logged. */
const attemptsAMinute = 60;
/** A screen that does not answer our goodbye, milliseconds. */
const goodbyeTimeout = 1_000;

/**
 * Serves the screens of a vessel node on this computer: the page, calls over `POST /call/<method>` and `/ws`.
 * @throws with Node's code when the port cannot be had (`EADDRINUSE`, `EACCES`).
 */
export async function openStationHost(options: StationHostOptions): Promise<StationHost> {
  const { vessel, environment, token, page } = options;
  const { log } = environment;
  const screens = new Set<ScreenSocket>();
  const rareLog = new RareLog({ log, monotonic: () => environment.monotonic() });
  const attempts = new FailedAttempts(() => environment.monotonic(), attemptsAMinute);
  const app = fastify({
    bodyLimit: frameLimit,
    http: { headersTimeout, connectionsCheckingInterval },
    requestTimeout,
    keepAliveTimeout,
    connectionTimeout: silenceTimeout,
    routerOptions: { maxParamLength: 100 },
    // What is wrong with a request before there is one: headers that are too long, or do not come.
    clientErrorHandler: (error, socket) => {
      rareLog.warn(
        `broke off ${error.code}`,
        { code: error.code },
        'A connection to the station host broke off',
      );
      const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request';
      // To end it is not enough: the other side would have to end it too.
      const destroy = (): void => void socket.destroy();
      if (!socket.writable) destroy();
      else socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, destroy);
      environment.after(goodbyeTimeout, destroy);
    },
    frameworkErrors: (_error, _request, reply) => {
      send(reply, 400, refusal('invalid_input', 'The address cannot be read.'));
    },
  });

  const connections = new Connections(connectionLimits, (from) =>
    rareLog.warn(`full ${from}`, { from, ...connectionLimits }, 'Too many connections to the station host'),
  );
  app.server.on('connection', (socket) => connections.add(socket));

  function refuse(request: FastifyRequest, reply: FastifyReply, status: number, result: CallResult): void {
    logRefusal(rareLog, result, { method: request.method, path: pathOf(request), by: 'http' });
    send(reply, status, result);
  }

  // Before any hook of ours: it closes the sockets of handshakes that are refused.
  await app.register(fastifyWebsocket, {
    options: {
      maxPayload: frameLimit,
      handleProtocols: (protocols: Set<string>) => (protocols.has(socketProtocol) ? socketProtocol : false),
    },
    // The socket closes itself, with the code that fits, e.g. 1009 for a frame that is too large.
    errorHandler: (error) => log.warn({ err: error }, "A screen's socket was closed"),
    preClose: (done) => {
      for (const client of app.websocketServer.clients) {
        client.close(1001, 'The vessel node stops');
        environment.after(goodbyeTimeout, () => client.terminate());
      }
      done();
    },
  });

  app.addHook('onRequest', (request, reply, done) => {
    if (!isOurs(request.headers, request.socket.localPort ?? 0)) {
      const strangers = refusal('unauthorized', 'This host answers only to its own page on this computer.');
      refuse(request, reply, 403, strangers);
      return;
    }
    void reply.headers(pageHeaders(request.headers.host ?? ''));
    done();
  });

  const authorise: onRequestHookHandler = (request, reply, done) => {
    if (isToken(tokenOf(request.headers), token)) {
      connections.admit(request.raw.socket);
      done();
      return;
    }
    if (attempts.isTooMany(request.ip)) {
      const message = 'Too many attempts without the right token. Wait a minute.';
      void reply.header('connection', 'close').header('retry-after', '60');
      send(reply, 429, refusal('unauthorized', message));
      return;
    }
    const missing = "The station's token is missing or wrong (Authorization: Bearer TOKEN).";
    refuse(request, reply, 401, refusal('unauthorized', missing));
  };

  const admitScreen: onRequestHookHandler = (request, reply, done) => {
    const offered = offeredProtocols(request.headers);
    if (offered.length > 0 && !offered.includes(socketProtocol)) {
      refuse(request, reply, 400, refusal('invalid_input', `The socket speaks ${socketProtocol}.`));
    } else if (screens.size >= screenLimit) {
      log.warn({ screenLimit }, 'A screen was turned away');
      void reply
        .code(503)
        .send(refusal('unavailable', `${screenLimit} screens are open, which is the limit.`));
    } else {
      done();
    }
  };

  app.setErrorHandler((error, request, reply) => {
    const status = statusOfError(error);
    if (status >= 500)
      log.error({ err: error, path: pathOf(request) }, 'A request failed in the station host');
    refuse(request, reply, status, refusalOf(status));
  });
  app.setNotFoundHandler((request, reply) => {
    return reply.code(404).send(refusal('not_found', `There is nothing at ${pathOf(request)}.`));
  });

  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const text = body.toString();
    if (text.length > callTextLimit) {
      done(Object.assign(new Error('The body is too long.'), { statusCode: 413 }));
      return;
    }
    try {
      done(null, text === '' ? undefined : parseBoundedJson(text, callJsonLimits));
    } catch {
      done(Object.assign(new Error('The body is not JSON.'), { statusCode: 400 }));
    }
  });

  app.get('/health', async (_request, reply) => {
    const result = await vessel.call({ method: 'vessel.info', input: {} });
    if (!result.ok) return reply.code(503).send({ status: 'failing' });
    const { status, ...rest } = await healthOfStorage(vessel);
    return reply.code(status === 'failing' ? 503 : 200).send({ status, ...rest });
  });
  callRoute(app, { vessel, log: rareLog, authorise });
  app.route({
    method: 'GET',
    url: '/ws',
    onRequest: [authorise, admitScreen],
    handler: (_request, reply) => reply.code(426).send(refusal('invalid_input', 'Open a WebSocket here.')),
    wsHandler: (socket) => {
      const screen = serveScreen(socket, vessel, log, rareLog);
      screens.add(screen);
      socket.once('close', () => screens.delete(screen));
    },
  });
  await servePage(app, page);

  const unsubscribe = vessel.subscribe((event) => {
    if (screens.size === 0) return;
    const text = JSON.stringify(event);
    for (const screen of screens) screen.send(text);
  });

  try {
    await app.listen({ host: loopback, port: options.port });
  } catch (error) {
    unsubscribe();
    await app.close();
    throw error;
  }
  const bound = app.server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : options.port;
  return {
    port,
    address: `http://${loopback}:${port}/`,
    async close() {
      unsubscribe();
      await app.close();
    },
  };
}

function send(reply: FastifyReply, status: number, result: CallResult): void {
  void reply.code(status).send(result);
}

async function servePage(app: FastifyInstance, page: string): Promise<void> {
  if (!existsSync(join(page, 'index.html'))) {
    app.get('/', (_request, reply) =>
      reply.code(503).type('text/plain; charset=utf-8').send('The page has not been built: npm run build\n'),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root: page,
    dotfiles: 'deny',
    cacheControl: false,
    setHeaders(reply, path) {
      // Files in assets carry a hash of their content in their names.
      const keeps = path.includes(`${sep}assets${sep}`);
      reply.header('cache-control', keeps ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}

/** Without the query, in which a token might have been put by mistake. */
function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? '';
}

function statusOfError(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 ? status : 500;
}

function refusalOf(status: number): CallResult {
  if (status === 413) return refusal('too_large', `The body may have ${callTextLimit} characters.`);
  if (status === 415) return refusal('invalid_input', 'Send the input as Content-Type: application/json.');
  if (status < 500) return refusal('invalid_input', 'The body is not valid JSON.');
  return refusal('internal', 'The request failed. The log of the vessel node says why.');
}
