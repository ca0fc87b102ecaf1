import { v7 } from 'uuid';
import type { Environment } from '#shared/ports.ts';

/** A new record's id: UUIDv7 (RFC 9562), made on the spot, so nobody has to be asked. */
export function newRecordId(environment: Pick<Environment, 'now' | 'randomBytes'>): string {
  return v7({ msecs: Math.max(0, environment.now()), random: environment.randomBytes(16) });
}
