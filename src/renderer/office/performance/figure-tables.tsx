import type { ReactNode } from 'react';
import type { MetricsHistory } from '#shared/office/metrics.ts';
import { formatAge, formatCount } from '../../lib/format.ts';
import { Instant } from '../instant.tsx';
import styles from './performance-page.module.css';

/** How far each ship is behind, those with most to catch up first. */
export function ShipTable({ history }: { history: MetricsHistory }): ReactNode {
  const { ships, shipsAt } = history;
  const sorted = ships.toSorted((a, b) => (b.oldestAgeMs ?? 0) - (a.oldestAgeMs ?? 0));
  return (
    <section aria-label="Ships">
      <h2 className={styles.heading}>
        Ships
        {shipsAt === null ? null : (
          <span className={styles.muted}>
            {' '}
            as of <Instant at={shipsAt} brief />
          </span>
        )}
      </h2>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Ship</th>
            <th scope="col">Waiting ashore</th>
            <th scope="col">Oldest</th>
            <th scope="col">Waiting on board</th>
            <th scope="col">Conflicts</th>
            <th scope="col">Last contact</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((ship) => (
            <tr key={ship.vesselId}>
              <th scope="row">{ship.name}</th>
              <td>{formatCount(ship.waitingAshore)}</td>
              <td>{ship.oldestAgeMs === null ? '–' : formatAge(ship.oldestAgeMs)}</td>
              <td>{ship.waitingOnBoard === null ? 'not told' : formatCount(ship.waitingOnBoard)}</td>
              <td>{formatCount(ship.conflicts)}</td>
              <td>{ship.lastContactAt === null ? 'never' : <Instant at={ship.lastContactAt} brief />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {ships.length === 0 ? (
        <p className={styles.note}>No ship has been read from the database yet.</p>
      ) : null}
    </section>
  );
}

const kindLabels: Readonly<Record<string, string>> = {
  malformed: 'Not readable',
  oversize: 'Too large',
  version: 'Of an unknown version',
  wrong_vessel: 'In the name of another ship',
  not_admitted: 'Of a ship not admitted',
  passed_over: 'Let go unread, after too many refused',
  topic: 'On a topic that is not ours',
};

/** Who sent what could not be taken. */
export function RefusedTable({ history }: { history: MetricsHistory }): ReactNode {
  const { refused, ships } = history;
  const names = new Map(ships.map(({ vesselId, name }) => [vesselId, name]));
  return (
    <section aria-label="Messages refused">
      <h2 className={styles.heading}>Messages refused since it started</h2>
      {refused.length === 0 ? (
        <p className={styles.note}>None.</p>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">From</th>
              <th scope="col">Messages</th>
            </tr>
          </thead>
          <tbody>
            {refused.map(({ kind, sender, count }) => (
              <tr key={`${kind} ${sender}`}>
                <th scope="row">{kindLabels[kind] ?? kind}</th>
                <td>{names.get(sender) ?? 'No ship of this office'}</td>
                <td>{formatCount(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
