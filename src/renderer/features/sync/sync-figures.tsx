import type { ReactNode } from 'react';
import type { SyncStatus } from '#shared/contract/sync.ts';
import { lanes } from '#shared/domain/record.ts';
import { formatAge, formatBytes, formatCount } from '../../lib/format.ts';
import { useNow } from '../../lib/use-now.ts';
import { When } from '../../ui/when.tsx';
import styles from './sync-figures.module.css';
import { laneWords } from './sync-words.ts';

/** What the time of the last comparison stands beside. */
const agreementWords: Record<SyncStatus['agreement']['state'], string> = {
  unknown: 'Ship and office compared',
  equal: 'Ship and office agree, compared',
  moving: 'Ship and office agreed, compared',
  comparing: 'Comparing ship and office, since',
  differing: 'Ship and office differ, compared',
};

const modeWords: Readonly<Record<SyncStatus['policy']['mode'], string>> = {
  always: 'always on',
  on_demand: 'on demand',
  windows: 'in windows',
};

/** The figures behind the words: the queue, the traffic and the journal. */
export function SyncFigures({ status }: { status: SyncStatus }): ReactNode {
  const { queue, bytes, journal, link, policy, agreement } = status;
  const now = useNow(10_000);
  return (
    <section className={styles.figures} aria-label="Figures">
      <Group name="Queue">
        <Figure name="Waiting for shore">{formatCount(queue.depth)}</Figure>
        <Figure name="Of these sent, not confirmed">{formatCount(queue.sent)}</Figure>
        {lanes.map((lane) => (
          <Figure key={lane} name={`In the ${laneWords[lane].toLowerCase()} lane`}>
            {formatCount(queue.byLane[lane] ?? 0)}
          </Figure>
        ))}
        <Figure name="Oldest">
          {queue.oldestAt === null ? '–' : formatAge(now - Date.parse(queue.oldestAt))}
        </Figure>
      </Group>
      <Group name="Link and journal">
        <Figure name="Link in use">{`${policy.profile}, ${modeWords[policy.mode]}`}</Figure>
        <Figure name="Sent">{formatBytes(bytes.sent)}</Figure>
        <Figure name="Received">{formatBytes(bytes.received)}</Figure>
        <Figure name="Last heard from shore">
          {link.lastContactAt === null ? 'Never' : <When at={link.lastContactAt} brief />}
        </Figure>
        <Figure name={agreementWords[agreement.state]}>
          {agreement.comparedAt === null ? 'Never compared' : <When at={agreement.comparedAt} brief />}
        </Figure>
        <Figure name="Changes written on this ship">{formatCount(journal.last)}</Figure>
        <Figure name="Held by shore up to">{formatCount(journal.acknowledged)}</Figure>
        <Figure name="Shore’s changes held here up to">{formatCount(journal.fromShore)}</Figure>
      </Group>
    </section>
  );
}

function Group({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <h2 className={styles.group}>{name}</h2>
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
