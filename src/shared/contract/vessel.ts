import { z } from 'zod';
import { read } from './method.ts';

export const vesselInfo = z.object({
  vesselId: z.string(),
  vesselName: z.string(),
  /** This installation, as it signs its changes. */
  device: z.string(),
  version: z.string(),
  /** The node's wall clock, ISO 8601. */
  now: z.string(),
  /** Ship's time zone, an IANA name. */
  timeZone: z.string(),
});
export type VesselInfo = z.infer<typeof vesselInfo>;

export const vesselMethods = {
  'vessel.info': read(z.strictObject({}), vesselInfo),
};
