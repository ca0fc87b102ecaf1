import { ShoreFailure } from '../failure.ts';

const most = 500;

/** @throws {ShoreFailure} `invalid_input` outside of 1 to 500 */
export function pageLimit(limit: number | undefined, usual: number): number {
  if (limit === undefined) return usual;
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw new ShoreFailure('invalid_input', `A page has 1 to ${most} items.`, {
    details: [{ path: 'limit', message: `A whole number from 1 to ${most}` }],
  });
}
