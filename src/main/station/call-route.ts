import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { refusal } from '#shared/contract/answer-text.ts';
import { callRequest, type CallResult } from '#shared/contract/envelope.ts';
import type { RareLog } from '#shared/rare-log.ts';
import { statusOf } from './call-status.ts';
import { logRefusal } from './refusals.ts';
import type { Vessel } from './vessel.ts';

const parameters = callRequest.pick({ method: true });
const actor = callRequest.shape.actor;

/** `POST /call/<method>`: the body is the input, the answer the result, for scripts. */
export function callRoute(
  app: FastifyInstance,
  { vessel, log, authorise }: { vessel: Vessel; log: RareLog; authorise: onRequestHookHandler },
): void {
  app.post('/call/:method', { onRequest: authorise }, async (request, reply) => {
    const { method } = parameters.parse(request.params);
    const by = actor.safeParse(request.headers['x-arus-actor']);
    const result: CallResult = by.success
      ? await vessel.call({
          method,
          input: request.body,
          ...(by.data === undefined ? {} : { actor: by.data }),
        })
      : refusal('invalid_input', 'X-Arus-Actor is the id of a crew member, a UUID.');
    logRefusal(log, result, { method, by: 'call' });
    return reply.code(statusOf(result)).send(result);
  });
}
