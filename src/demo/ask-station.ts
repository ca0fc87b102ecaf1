import type { z } from 'zod';
import { callResult } from '#shared/contract/envelope.ts';
import { contract, type MethodName, type MethodOutput } from '#shared/contract/index.ts';
import type { Ask } from './sample-ship.ts';

/** The station host did not do what was asked; `message` says why, in its own words where it gave some. */
export class StationCallError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StationCallError';
  }
}

// The same methods under a type that lets a name pick its own output.
const outputs: { [N in MethodName]: { output: z.ZodType<MethodOutput<N>> } } = contract;

/** Asks a vessel node over `POST /call/<method>`. Rejects with `StationCallError`. */
export function askStation(station: { origin: string; token: string }): Ask {
  return async (method, input, actor) => {
    const response = await fetch(`${station.origin}/call/${method}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${station.token}`,
        'content-type': 'application/json',
        ...(actor === undefined ? {} : { 'x-arus-actor': actor }),
      },
      body: JSON.stringify(input),
    }).catch((error: unknown) => {
      throw new StationCallError(`The vessel node does not answer (${String(error)})`);
    });
    const result = callResult.safeParse(await response.json().catch(() => null));
    if (!result.success)
      throw new StationCallError(`The vessel node answered ${method} with ${response.status}`);
    if (result.data.ok) return outputs[method].output.parse(result.data.output);
    const { message, details = [] } = result.data.error;
    throw new StationCallError(
      [message, ...details.map((detail) => `${detail.path}: ${detail.message}`)].join(' '),
    );
  };
}
