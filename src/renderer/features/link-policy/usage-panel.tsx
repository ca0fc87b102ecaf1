import type { ReactNode } from 'react';
import type { LinkPolicyView, LinkUsage } from '#shared/contract/link.ts';
import { formatAge, formatBytes, formatQuantity } from '../../lib/format.ts';
import { SelectField } from '../../ui/select-field.tsx';
import { BudgetList } from './budget-list.tsx';
import styles from './link-page.module.css';
import { UsageChart } from './usage-chart.tsx';
import { allBytes, moneyText, monthText, stripsOf } from './usage-figures.ts';

/** What one link took in a month: bytes and cost, budgets, and the days. */
export function UsagePanel(props: {
  view: LinkPolicyView;
  usage: LinkUsage;
  /** The link shown. */
  profileId: string;
  onProfile: (id: string) => void;
  onMonth: (month: string) => void;
  onLifted: (view: LinkPolicyView) => void;
}): ReactNode {
  const { view, usage, profileId, onProfile, onMonth, onLifted } = props;
  const profile = usage.profiles.find(({ id }) => id === profileId) ?? usage.profiles[0];
  if (profile === undefined) return null;
  const months = [...new Set([view.month, ...usage.months])].toSorted().toReversed();
  return (
    <section className={styles.section} aria-label="Data used">
      <h2 className={styles.title}>Data used</h2>
      <div className={styles.choices}>
        <SelectField
          label="Month"
          value={usage.month}
          choices={months.map((month) => ({ value: month, label: monthText(month) }))}
          onChange={onMonth}
        />
        <SelectField
          label="Link"
          value={profile.id}
          choices={usage.profiles.map(({ id, name }) => ({
            value: id,
            label: name ?? 'A link that was removed',
          }))}
          onChange={onProfile}
        />
      </div>
      <dl className={styles.sums}>
        <Sum name="Bytes, both ways">{formatBytes(allBytes(profile))}</Sum>
        <Sum name="Connected">{`${formatAge(profile.connectedSeconds * 1_000)}, ${formatQuantity(profile.connections, 'time')}`}</Sum>
        <Sum name="Cost, estimated">{moneyText(usage.currency, profile.cost)}</Sum>
        {usage.today === null ? null : (
          <Sum name="Forecast for the month">
            {profile.forecast === null && profile.cost !== null
              ? 'known tomorrow'
              : moneyText(usage.currency, profile.forecast)}
          </Sum>
        )}
      </dl>
      {usage.today === null ? null : <BudgetList profile={profile} view={view} onLifted={onLifted} />}
      <UsageChart
        label={`Bytes by day and lane, ${monthText(usage.month)}`}
        month={usage.month}
        today={usage.today}
        strips={stripsOf(usage, profile)}
      />
      <p className={styles.small}>
        {`Connection: acknowledgements, pings, MQTT and TLS, and about ${formatBytes(headersOf(profile))} of TCP and IP headers, estimated. Resent packets are not seen here; the provider’s count is what is charged.`}
      </p>
    </section>
  );
}

function headersOf({ total }: LinkUsage['profiles'][number]): number {
  const { headers } = total;
  return headers === undefined ? 0 : headers.sent + headers.received;
}

function Sum({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="tabular">{children}</dd>
    </div>
  );
}
