import { v5 } from 'uuid';

/** UUIDs by name (RFC 9562, 5.5) of what is taken over from `equipment.runningHours`: the same on every computer of the ship. */
const namespace = '5e0f6c1e-2b57-4a43-9a0c-6d1d5f0c9b3a';

/** Of the meter that goes on from a piece of equipment's running hours. */
export function meterIdOf(equipmentId: string): string {
  return v5(`meter of ${equipmentId}`, namespace);
}

/** Of the reading that a change of a piece of equipment's running hours becomes. */
export function readingIdOf(meterId: string, { origin, number }: { origin: string; number: number }): string {
  return v5(`reading of ${meterId} by ${origin}#${number}`, namespace);
}

/** Of the correction after which the meter shows what was in force, the change with this name. */
export function inForceIdOf(meterId: string, { origin, number }: { origin: string; number: number }): string {
  return v5(`in force in ${meterId} by ${origin}#${number}`, namespace);
}
