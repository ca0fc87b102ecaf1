import { sql, type SQL } from 'drizzle-orm';
import { numberedSpecs, specNumberedLike } from '#shared/records/numbered.ts';
import { plausibleNumbers } from '#shared/records/record-number.ts';
import { columnOf } from '#shared/records/record.ts';

/** Asks for the highest number, as `number`, that a record of the kind has which counts like `first`, from that to `last`. */
export function highestNumberQuery(vesselId: string, first: string, last: string): SQL {
  const { entity, number } = specNumberedLike(first);
  const column = sql.identifier(columnOf(number.field));
  return sql`select max(${column}) as number from ${sql.identifier(entity)}
          where vessel_id = ${vesselId} and ${column} between ${first} and ${last}`;
}

/** For each kind that has numbers: asks for the highest that the ship gave in each year, as `number`, latest year first. */
export function highestNumbersQueries(vesselId: string): SQL[] {
  return numberedSpecs().map(({ entity, number }) => {
    const { first, last } = plausibleNumbers(number.prefix, 0, 'vessel');
    const column = sql.identifier(columnOf(number.field));
    return sql`select max(${column}) as number from ${sql.identifier(entity)}
            where vessel_id = ${vesselId} and right(${column}, 6) between ${first.slice(-6)} and ${last.slice(-6)}
            group by left(${column}, length(${column}) - 6) order by 1 desc limit 100`;
  });
}
