import { bytesPerMb, type Budgeted, type LinkProfile } from './policy.ts';
import type { Bytes } from './traffic.ts';

/** How a budget stands this month. */
export interface BudgetState {
  readonly of: Budgeted;
  /** Bytes, both ways. */
  readonly used: number;
  readonly limit: number;
  readonly isReached: boolean;
  /** So much is used that people are to be told. */
  readonly isNear: boolean;
  /** The crew has let it go on to the end of the month. */
  readonly isLifted: boolean;
}

/** Every budget that a profile sets, as it stands. */
export function budgetStates(
  { budgets }: Pick<LinkProfile, 'budgets'>,
  used: Bytes,
  { warnAtPercent, lifted }: { warnAtPercent: number; lifted: ReadonlySet<Budgeted> },
): BudgetState[] {
  const usedOf: Readonly<Record<Budgeted, number>> = {
    urgent: used.urgent,
    normal: used.normal,
    bulk: used.bulk,
    overhead: used.overhead + used.headers,
  };
  return (['urgent', 'normal', 'bulk', 'overhead'] as const).flatMap((of) => {
    const megabytes = budgets[of];
    if (megabytes === null) return [];
    const limit = megabytes * bytesPerMb;
    return [
      {
        of,
        used: usedOf[of],
        limit,
        isReached: usedOf[of] >= limit,
        isNear: usedOf[of] >= (limit * warnAtPercent) / 100,
        isLifted: lifted.has(of),
      },
    ];
  });
}

/** Whether what it is for has to wait. What is urgent never does. */
export function isStopped({ of, isReached, isLifted }: BudgetState): boolean {
  return of !== 'urgent' && isReached && !isLifted;
}
