import type { ReactNode } from 'react';
import { lanes } from '#shared/records/record.ts';
import type { SyncStatus } from '#shared/contract/sync.ts';
import styles from './link-panel.module.css';
import { queueText } from './link-labels.ts';
import { laneLabels } from './sync-labels.ts';

/**
 * What of the queue the link policy holds back and why, and what it warns of.
 * @param said what stands above already
 */
export function PolicyNotes({ status, said }: { status: SyncStatus; said: string }): ReactNode {
  const { policy, queue, link } = status;
  if (link.broker === null) return null;
  const held = lanes.flatMap((lane) => {
    const hold = policy.holds.find((each) => each.lane === lane);
    const waiting = queueText({
      ...queue,
      depth: queue.byLane[lane] ?? 0,
      contents: lane === 'bulk' ? queue.contents : { attachments: 0, bytes: 0 },
    });
    return hold === undefined || waiting === null || link.state === 'closed' ? [] : [{ ...hold, waiting }];
  });
  const isSaid = held.length === 1 && held[0]?.why === said;
  const notes = policy.note === null ? policy.warnings : [policy.note, ...policy.warnings];
  return (
    <>
      {held.length === 0 || isSaid ? null : (
        <ul className={styles.notes} aria-label="What waits, and why">
          {held.map(({ lane, why, waiting }) => (
            <li key={lane}>{`${laneLabels[lane]}, ${waiting}: ${lowered(why)}`}</li>
          ))}
        </ul>
      )}
      {notes.map((note) => (
        <p key={note} className={styles.error}>
          {note.endsWith('.') ? note : `${note}.`}
        </p>
      ))}
      {policy.mode === 'always' || link.state === 'closed' || link.state === 'waiting' ? null : (
        <p className={styles.words}>{`${policy.why}.`}</p>
      )}
    </>
  );
}

const lowered = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
