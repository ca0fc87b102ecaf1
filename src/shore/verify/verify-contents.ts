import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { withSpan } from '#shared/sync/content/byte-ranges.ts';
import { receivedRangesJson, receivedToJson, nothingReceived } from '#shared/sync/received-ranges.ts';
import { rowsOf, wholeNumber, type Executor } from '../store/database.ts';
import { Difference, same } from './difference.ts';

const row = z.object({
  sha256: z.string(),
  size: wholeNumber,
  held: receivedRangesJson,
  complete: z.boolean(),
  pieces: z.array(z.tuple([z.number(), z.number()])),
  found: z.string().nullable(),
  named: z.boolean(),
  fits: z.boolean(),
});

/** What is held of each content is the bytes that are there, and whole ones are what their SHA-256 says. */
export async function compareContents(tx: Executor, vesselId: string): Promise<void> {
  const contents = await rowsOf(
    tx,
    sql`select c.sha256, c.size, c.held, c.complete,
          coalesce((select json_agg(json_build_array(p."offset", length(p.bytes)) order by p."offset")
            from content_piece as p where p.vessel_id = c.vessel_id and p.sha256 = c.sha256), '[]'::json) as pieces,
          case when c.complete then (select encode(sha256(string_agg(p.bytes, ''::bytea order by p."offset")), 'hex')
            from content_piece as p where p.vessel_id = c.vessel_id and p.sha256 = c.sha256) end as found,
          exists (select 1 from attachment as a
            where a.vessel_id = c.vessel_id and c.sha256 in (a.sha256, a.thumbnail_sha256)) as named,
          exists (select 1 from attachment as a
            where a.vessel_id = c.vessel_id and ((a.sha256, a.size) = (c.sha256, c.size)
              or (a.thumbnail_sha256, a.thumbnail_size) = (c.sha256, c.size))) as fits
        from content as c where c.vessel_id = ${vesselId} order by c.sha256`,
    row,
  );
  for (const { sha256, size, held, complete, pieces, found, named, fits } of contents) {
    const name = `the content ${sha256}`;
    const there = pieces.reduce(
      (sum, [offset, length]) => withSpan(sum, { offset, length }),
      nothingReceived,
    );
    same(`What is held of ${name}`, held, receivedToJson(there));
    if (complete && found !== sha256) throw new Difference(`${name} is not what its SHA-256 says`);
    if (complete) same(`The size of ${name}`, size, there.upTo);
    if (named && !fits)
      throw new Difference(`${name} is said to have ${size} bytes, its attachment says otherwise`);
    const isWhole = there.upTo === size && there.beyond.length === 0;
    if (!complete && isWhole) throw new Difference(`${name} is whole, and said not to be`);
  }
}
