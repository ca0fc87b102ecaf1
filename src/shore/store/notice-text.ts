import { z } from 'zod';
import type { Notice } from './shore-store.ts';

export const noticeChannel = 'arus_committed';

/** Postgres refuses a notification of 8,000 bytes or more. */
const longestText = 7_900;

const notice = z.object({
  gateway: z.string(),
  events: z.array(
    z.object({
      vesselId: z.string(),
      entity: z.string(),
      ids: z.array(z.string()),
      feed: z.number(),
      cause: z.enum(['vessel', 'shore', 'sync']),
    }),
  ),
});

/** Ids are left out where there are too many: a reader then asks again. */
export function noticeText({ gateway, events }: Notice): string {
  const text = JSON.stringify({ gateway, events });
  if (text.length <= longestText) return text;
  return JSON.stringify({ gateway, events: events.map((event) => ({ ...event, ids: [] })) });
}

/** Null for a text that no gateway of this version wrote. */
export function parseNotice(text: string): Notice | null {
  try {
    return notice.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
