import { parseBoundedJson } from '../bounded-json.ts';
import { callJsonLimits, callTextLimit } from './bridge.ts';
import {
  callRequest,
  type CallRequest,
  type CallResponse,
  type CallResult,
  type ContractError,
} from './envelope.ts';

/** Who carries out calls: the vessel node, which checks method, input and output and never throws. */
export type Call = (request: Omit<CallRequest, 'id'>) => Promise<CallResult>;

/**
 * Answers one call that came as JSON text, the same on every carrier. Text that is no call is answered
 * `invalid_input` or `too_large`, with the call's id where it has one.
 */
export async function answerText(text: string, call: Call): Promise<CallResponse> {
  if (text.length > callTextLimit) {
    const message = `A call may have ${callTextLimit} characters; this one has ${text.length}.`;
    return { id: null, ...refusal('too_large', message) };
  }
  const json = fromJson(text);
  if (json === undefined)
    return { id: null, ...refusal('invalid_input', 'A call is JSON text; this is not.') };
  const parsed = callRequest.safeParse(json);
  if (!parsed.success) {
    const details = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    const readable = callRequest.shape.id.safeParse(idOf(json));
    return {
      id: readable.success ? readable.data : null,
      ...refusal('invalid_input', 'The call is not in the form that the vessel reads.', details),
    };
  }
  const { id, ...request } = parsed.data;
  return { id, ...(await call(request)) };
}

/** A call that was refused before the vessel saw it; nothing was stored. */
export function refusal(
  code: ContractError['code'],
  message: string,
  details?: ContractError['details'],
): Extract<CallResult, { ok: false }> {
  return { ok: false, error: { code, message, retryable: false, ...(details && { details }) } };
}

function idOf(json: unknown): unknown {
  return typeof json === 'object' && json !== null && 'id' in json ? json.id : undefined;
}

function fromJson(text: string): unknown {
  try {
    return parseBoundedJson(text, callJsonLimits);
  } catch {
    return undefined;
  }
}
