import { z } from 'zod';

/** What the demo tells the process that is its shore. */
export const toShore = z.object({ link: z.enum(['cut', 'restored']) });
export type ToShore = z.infer<typeof toShore>;

/** What that process tells the demo. */
export const fromShore = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ready'),
    /** Address of the office's page, and where the vessel reaches the broker. */
    office: z.string(),
    broker: z.string(),
  }),
  /** What was asked of the link is done. */
  z.object({ kind: z.literal('link'), link: z.enum(['cut', 'restored']) }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);
export type FromShore = z.infer<typeof fromShore>;
