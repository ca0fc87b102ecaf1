import type { Environment } from '#shared/ports.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { Side } from '#shared/side.ts';

const letters = '0123456789abcdefghjkmnpqrstvwxyz';

/** A name for a new incarnation: the side's letter and 60 random bits. */
export function newOrigin(side: Side, environment: Pick<Environment, 'randomBytes'>): Origin {
  const characters = [...environment.randomBytes(12)].map((byte) => letters[byte % letters.length]);
  return `${side === 'vessel' ? 'v' : 's'}${characters.join('')}`;
}
