import rateLimit from '@fastify/rate-limit';
import fastifyWebsocket from '@fastify/websocket';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { ContractError } from '#shared/contract/envelope.ts';
import { Connections, FailedAttempts } from '#shared/connections.ts';
import type { Environment } from '#shared/ports.ts';
import { RareLog } from '#shared/rare-log.ts';
import { allEndpoints } from '#shared/office/record-endpoints.ts';
import { createLive, liveMessageLimit, liveProtocol } from '../live.ts';
import type { FileTransferOffice } from '../file-transfer/office.ts';
import type { Joining } from '../joining/joining.ts';
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts';
import type { ShoreService } from '../service.ts';
import { authenticate, refuseForeignPage, type Access, type Refusal } from './access.ts';
import { failureAnswer, sendError } from './answers.ts';
import { readBytesBodies } from './bytes-body.ts';
import { serveContents } from './contents.ts';
import { serveFileTransferContent } from './file-transfer-content.ts';
import { bodyLimit, readJsonBodies } from './json-body.ts';
import { serveOfficePage } from './office-page.ts';
import { openApiDocument } from './openapi.ts';
import { serveRest } from './rest.ts';

export interface ApiOptions {
  service: ShoreService;
  fileTransfer: FileTransferOffice;
  metrics: GatewayMetrics;
  joining: Joining;
  environment: Environment;
  access: Access;
  /** Folder of the built renderer, absolute; null to serve no page. */
  pages: string | null;
  version: string;
  /** Requests that one address may make in a minute. */
  requestsPerMinute: number;
  /** Sockets that one address may have open; proxies are held to no more than all addresses together. */
  connectionsPerAddress: number;
  /** Addresses of proxies whose word on where a request comes from is taken (`X-Forwarded-For`). */
  proxies: readonly string[];
}

/** Sockets of any kind at once. */
const connectionLimit = 4_096;
/** How long whoever connects may take to say what it wants, and all of a request to arrive; ms. */
const headersTimeout = 10_000;
const requestTimeout = 30_000;
/** How often that is looked at; ms. */
const connectionsCheckingInterval = 1_000;
/** A socket over which nothing has moved for so long is let go, also while an answer waits for its reader; ms. */
const silenceTimeout = 120_000;
/** How long a farewell may take, ms. */
const goodbyeMs = 1_000;
/** Requests without a valid key in a minute from one address, beyond which they are answered shortly and not logged. */
const attemptsAMinute = 60;

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Mistakes of a program, not of a person: whoever keeps it should see them. */
const malformed = new Set<ContractError['code']>(['invalid_input', 'too_large', 'unknown_method']);

/** The gateway's REST, `/ws` and office page, not listening yet. Closing it closes its WebSockets too. */
export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
  const { service, fileTransfer, metrics, joining, environment, access } = options;
  const { log } = environment;
  const rareLog = new RareLog({ log, monotonic: () => environment.monotonic() });
  const attempts = new FailedAttempts(() => environment.monotonic(), attemptsAMinute);
  const app = fastify({
    bodyLimit,
    forceCloseConnections: true,
    http: { headersTimeout, connectionsCheckingInterval },
    requestTimeout,
    connectionTimeout: silenceTimeout,
    trustProxy: options.proxies.length === 0 ? false : [...options.proxies],
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    // What is wrong with a request before there is one: headers that are too long, or do not come.
    clientErrorHandler: (error, socket) => {
      rareLog.warn(`broke off ${error.code}`, { code: error.code }, 'A connection to the gateway broke off');
      const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request';
      // To end it is not enough: the other side would have to end it too.
      const destroy = (): void => void socket.destroy();
      if (!socket.writable) destroy();
      else socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, destroy);
      environment.after(goodbyeMs, destroy);
    },
    frameworkErrors: (_error, _request, reply) => {
      const message = 'The address cannot be read.';
      void sendError(reply, 400, { code: 'invalid_input', message, retryable: false });
    },
  });
  const limits = {
    total: connectionLimit,
    perAddress: options.connectionsPerAddress,
    proxies: options.proxies,
  };
  const connections = new Connections(limits, (from) =>
    rareLog.warn(`full ${from}`, { from, ...limits }, 'Too many connections to the gateway'),
  );
  app.server.on('connection', (socket) => connections.add(socket));
  readJsonBodies(app);

  app.decorateRequest('apiKeyName', null);
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(securityHeaders);
    const foreign = refuseForeignPage(access, request.headers);
    if (foreign === null) return undefined;
    rareLog.warn(
      `foreign ${request.ip}`,
      { from: request.ip, origin: request.headers.origin, host: request.headers.host },
      foreign.message,
    );
    return refuse(reply, foreign);
  });
  app.addHook('onResponse', async (request, reply) => {
    metrics.answered(request.routeOptions.url ?? null, {
      method: request.method,
      status: reply.statusCode,
      ms: reply.elapsedTime,
    });
    log.debug(
      {
        method: request.method,
        url: pathOf(request.url),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        key: request.apiKeyName,
      },
      'Answered',
    );
  });

  app.setErrorHandler((thrown, request, reply) => {
    const { status, error } = failureAnswer(thrown, environment);
    if (malformed.has(error.code)) {
      const { code, message: reason, details } = error;
      const paths = details?.map(({ path }) => path);
      rareLog.warn(
        `${request.ip} ${request.method} ${pathOf(request.url)} ${code}`,
        { method: request.method, url: pathOf(request.url), from: request.ip, code, reason, paths },
        'A request was refused',
      );
    }
    if (error.code === 'unavailable') void reply.header('retry-after', status === 429 ? '60' : '5');
    return sendError(reply, status, error);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request.url);
    const allowed = methodsAt(path);
    if (allowed.length > 0) {
      const message = `${request.method} is not possible here; ${allowed.join(', ')} is.`;
      void reply.header('allow', allowed.join(', '));
      return sendError(reply, 405, { code: 'unknown_method', message, retryable: false });
    }
    const message = `There is nothing at ${path}. /api/openapi.json lists what there is.`;
    return sendError(reply, 404, { code: 'not_found', message, retryable: false });
  });

  await app.register(rateLimit, { max: options.requestsPerMinute, timeWindow: 60_000 });
  const live = createLive(service, environment);
  await app.register(fastifyWebsocket, {
    options: {
      maxPayload: liveMessageLimit,
      handleProtocols: (offered) => (offered.has(liveProtocol) ? liveProtocol : false),
    },
    // The socket closes itself, with the code that fits, e.g. 1009 for a frame that is too large.
    errorHandler: (error) => log.warn({ err: error }, 'A reader of /ws was closed'),
    preClose(done) {
      live.close();
      done();
    },
  });

  // A scope of its own: the page and its assets hold no secret, everything in here does.
  await app.register(async (guarded) => {
    guarded.addHook('onRequest', async (request, reply) => {
      const known = authenticate(access, request);
      if (known !== null && typeof known === 'object') {
        if (attempts.isTooMany(request.ip)) {
          const message = 'Too many requests without a valid API key came from this address. Wait a minute.';
          void reply.header('connection', 'close').header('retry-after', '60');
          return sendError(reply, 429, { code: 'unauthorized', message, retryable: true });
        }
        rareLog.warn(
          `key ${request.ip}`,
          { from: request.ip, url: pathOf(request.url) },
          'A request without a valid API key was refused',
        );
        return refuse(reply, known);
      }
      connections.admit(request.raw.socket);
      request.apiKeyName = known;
      return undefined;
    });
    guarded.route({
      method: 'GET',
      url: '/ws',
      handler: (_request, reply) =>
        sendError(reply, 426, { code: 'invalid_input', message: 'Open a WebSocket here.', retryable: false }),
      wsHandler: (socket, request) => {
        live.add(socket, new URL(request.url, 'http://gateway').searchParams, request.ip);
      },
    });
    serveRest(guarded, { service, fileTransfer, metrics, joining, environment });
    guarded.get('/metrics', async (_request, reply) => {
      const { type, text } = await metrics.text();
      return reply.headers({ 'content-type': type, 'cache-control': 'no-store' }).send(text);
    });
    void guarded.register((files, _options, registered) => {
      readBytesBodies(files);
      serveContents(files, service);
      serveFileTransferContent(files, fileTransfer);
      registered();
    });
    const document = openApiDocument({ version: options.version, keys: access.keys !== null });
    guarded.get('/api/openapi.json', (_request, reply) => reply.send(document));
  });
  await serveOfficePage(app, options.pages);
  return app;
}

function refuse(reply: FastifyReply, { status, message }: Refusal): FastifyReply {
  return sendError(reply, status, { code: 'unauthorized', message, retryable: false });
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

function methodsAt(path: string): string[] {
  return allEndpoints()
    .map(([, endpoint]) => endpoint)
    .filter((endpoint) => new RegExp(`^${endpoint.path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`).test(path))
    .map(({ method }) => method);
}
