import { z } from 'zod';

/** Hours of work, 0 to 100,000. */
export const workHours = z
  .number('Hours as a number')
  .min(0, 'At least 0 hours')
  .max(100_000, 'At most 100,000 hours');

/** Hours on a meter. */
export const meterHours = z.number().min(0).max(10_000_000);
