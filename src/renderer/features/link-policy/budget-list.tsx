import { type ReactNode, useState } from 'react';
import type { LinkPolicyView, LinkUsage } from '#shared/contract/link.ts';
import { isStopped, type BudgetState } from '#shared/link-policy/budget.ts';
import type { Budgeted } from '#shared/link-policy/policy.ts';
import { formatBytes } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { When } from '../../ui/when.tsx';
import styles from './budget-list.module.css';
import { LiftStop } from './lift-stop.tsx';

const names: Readonly<Record<Budgeted, string>> = {
  urgent: 'Urgent',
  normal: 'Normal',
  bulk: 'Bulk',
  overhead: 'Connection',
};

/** How far each budget of a link is used this month, and the way past one that stops its lane. */
export function BudgetList(props: {
  profile: LinkUsage['profiles'][number];
  view: LinkPolicyView;
  onLifted: (view: LinkPolicyView) => void;
}): ReactNode {
  const { profile, view, onLifted } = props;
  const [lifting, setLifting] = useState<Budgeted | null>(null);
  if (profile.budgets.length === 0)
    return <p className={styles.muted}>No budget is set for this link: nothing is ever held back for it.</p>;
  return (
    <ul className={styles.list} aria-label="Budgets this month">
      {profile.budgets.map((budget) => {
        const lift = view.lifts.find((each) => each.profileId === profile.id && each.budget === budget.of);
        return (
          <li key={budget.of} className={styles.budget}>
            <div className={styles.line}>
              <span className={styles.name}>{names[budget.of]}</span>
              <svg className={styles.bar} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect className={styles.whole} width="100" height="8" />
                <rect
                  className={budget.isNear ? styles.near : styles.used}
                  width={Math.min(100, (budget.used / budget.limit) * 100)}
                  height="8"
                />
              </svg>
              <span
                className={styles.figures}
              >{`${formatBytes(budget.used)} of ${formatBytes(budget.limit)}`}</span>
            </div>
            <div className={styles.state}>
              <span>{wordsOf(budget)}</span>
              {isStopped(budget) && lifting !== budget.of ? (
                <Button onClick={() => setLifting(budget.of)}>Lift the stop…</Button>
              ) : null}
            </div>
            {lift === undefined ? null : (
              <p className={styles.muted}>
                {`Lifted by ${lift.by}, `}
                <When at={lift.at} />
                {`: ${lift.reason}`}
              </p>
            )}
            {lifting === budget.of && isStopped(budget) ? (
              <LiftStop
                profileId={profile.id}
                profileName={profile.name ?? ''}
                budget={budget.of}
                name={names[budget.of]}
                onDone={(next) => {
                  setLifting(null);
                  if (next !== null) onLifted(next);
                }}
              />
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}

function wordsOf(budget: BudgetState): string {
  if (budget.isLifted) return '▲ Reached; the stop is lifted to the end of the month.';
  if (budget.of === 'urgent' && budget.isReached) return '▲ Reached. What is urgent goes on all the same.';
  if (budget.of === 'overhead' && budget.isReached)
    return '▲ Reached: the link opens for urgent changes and when someone says Send now.';
  if (budget.isReached) return '▲ Reached: these changes wait until the month is over.';
  return budget.isNear ? '▲ Nearly used up.' : '';
}
