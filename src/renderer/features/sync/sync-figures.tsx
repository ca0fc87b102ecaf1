import type { ReactNode } from 'react';
import type { SyncStatus } from '#shared/contract/sync.ts';
import { lanes } from '#shared/records/record.ts';
import { formatAge, formatBytes, formatCount } from '../../lib/format.ts';
import { useNow } from '../../lib/use-now.ts';
import { When } from '../../ui/when.tsx';
import styles from './sync-figures.module.css';
import { comparedLabels } from './consistency-labels.ts';
import { waitingIn } from './link-labels.ts';
import { laneLabels } from './sync-labels.ts';

const modeLabels: Readonly<Record<SyncStatus['policy']['mode'], string>> = {
  always: 'always on',
  on_demand: 'on demand',
  windows: 'in windows',
};

/** The figures behind the words: the queue, the traffic and the journal. */
export function SyncFigures({
  status,
  knownUntil,
}: {
  status: SyncStatus;
  /** As of when they are, ISO 8601; null for now. */
  knownUntil: string | null;
}): ReactNode {
  const { queue, bytes, journal, link, policy, agreement } = status;
  const clock = useNow();
  const now = knownUntil === null ? clock : Date.parse(knownUntil);
  const asOf = knownUntil === null ? null : <When at={knownUntil} brief />;
  return (
    <section className={styles.figures} aria-label="Figures">
      <Group name="Queue" asOf={asOf}>
        <Figure name="Changes waiting for shore">{formatCount(queue.depth)}</Figure>
        <Figure name="Of these sent, not confirmed">{formatCount(queue.sent)}</Figure>
        <Figure name="Attachments waiting for shore">
          {queue.contents.attachments === 0
            ? '0'
            : `${formatCount(queue.contents.attachments)}, ${formatBytes(queue.contents.bytes)}`}
        </Figure>
        {lanes.map((lane) => (
          <Figure key={lane} name={`In the ${laneLabels[lane].toLowerCase()} lane`}>
            {formatCount(waitingIn(queue, lane))}
          </Figure>
        ))}
        <Figure name="Oldest">
          {queue.oldestAt === null ? '–' : formatAge(now - Date.parse(queue.oldestAt))}
        </Figure>
      </Group>
      <Group name="Link and journal" asOf={asOf}>
        <Figure name="Link in use">{`${policy.profile}, ${modeLabels[policy.mode]}`}</Figure>
        <Figure name="Sent">{formatBytes(bytes.sent)}</Figure>
        <Figure name="Received">{formatBytes(bytes.received)}</Figure>
        <Figure name="Last heard from shore">
          {link.lastContactAt === null ? 'Never' : <When at={link.lastContactAt} brief />}
        </Figure>
        <Figure name={comparedLabels[agreement.state]}>
          {agreement.comparedAt === null ? 'Never compared' : <When at={agreement.comparedAt} brief />}
        </Figure>
        {agreement.differing === 0 ? null : (
          <Figure name="Records that differ">{formatCount(agreement.differing)}</Figure>
        )}
        <Figure name="Changes written on this ship">{formatCount(journal.last)}</Figure>
        <Figure name="Held by shore up to">{formatCount(journal.acknowledged)}</Figure>
        <Figure name="Shore’s changes held here up to">{formatCount(journal.fromShore)}</Figure>
      </Group>
    </section>
  );
}

function Group(props: { name: string; asOf: ReactNode; children: ReactNode }): ReactNode {
  const { name, asOf, children } = props;
  return (
    <div>
      <h2 className={styles.group}>
        {name}
        {asOf === null ? null : <span className={styles.asOf}> as of {asOf}</span>}
      </h2>
      <dl>{children}</dl>
    </div>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <div className={styles.figure}>
      <dt>{name}</dt>
      <dd className="tabular">{children}</dd>
    </div>
  );
}
