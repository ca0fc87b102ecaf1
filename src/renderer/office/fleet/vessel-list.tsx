import { type ReactNode, useState } from 'react';
import { Plus } from 'lucide-react';
import { useStore } from 'zustand';
import type { VesselSummary } from '#shared/office/sync.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { TextInput } from '../../ui/field.tsx';
import { formatCount } from '../../lib/format.ts';
import { Instant } from '../instant.tsx';
import { Agreement, differs } from './agreement.tsx';
import { type GatewayStanding, useGatewayStanding } from '../server/gateway-standing.ts';
import { useOffice, useRoute } from '../office.ts';
import { OtherShips } from './other-ships.tsx';
import { PresenceDot, presenceText, waitingLines } from './presence.tsx';
import styles from './vessel-list.module.css';

/** More ships than this are easier found by typing. */
const searchFrom = 9;

/** Every ship, with where it stands; choosing one narrows all the rest to it. */
export function VesselList(): ReactNode {
  const { fleet, router } = useOffice();
  const { vessel, page } = useRoute();
  const vessels = useStore(fleet.store, (state) => state.vessels);
  const error = useStore(fleet.store, (state) => state.error);
  const standing = useGatewayStanding();
  const [words, setWords] = useState('');
  const all = vessels ?? [];
  const shown = all.filter(({ name, vesselId }) =>
    `${name} ${vesselId}`.toLowerCase().includes(words.toLowerCase()),
  );
  const choose = (id: string | null): void => router.go({ vessel: id, open: null });
  return (
    <nav className={styles.list} aria-label="Vessels">
      <h2 className={styles.title}>
        Vessels
        {standing.old === null ? null : (
          <span className={styles.asOf}>
            {' '}
            as of <Instant at={new Date(standing.asOf).toISOString()} brief />
          </span>
        )}
      </h2>
      {all.length >= searchFrom ? (
        <div className={styles.search}>
          <TextInput
            type="search"
            aria-label="Find a vessel"
            placeholder="Find a vessel"
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </div>
      ) : null}
      <ul>
        {all.length > 1 ? (
          <li>
            <button
              type="button"
              className={classNames(styles.vessel, vessel === null && styles.chosen)}
              aria-current={vessel === null}
              onClick={() => choose(null)}
            >
              <span className={styles.name}>All vessels</span>
              <span className={styles.figure}>
                {formatCount(all.reduce((sum, one) => sum + one.workOrders.outstanding, 0))}
              </span>
            </button>
          </li>
        ) : null}
        {shown.map((one) => (
          <li key={one.vesselId}>
            <Vessel
              summary={one}
              standing={standing}
              isChosen={vessel === one.vesselId || (all.length === 1 && page !== 'joining')}
              onChoose={() => choose(one.vesselId)}
            />
            <OtherShips summary={one} />
          </li>
        ))}
      </ul>
      {vessels === null ? null : (
        <div className={styles.add}>
          <Button
            icon={<Plus size={16} aria-hidden="true" />}
            onClick={() => router.go({ page: 'joining', vessel: null, open: null })}
          >
            Add a ship
          </Button>
        </div>
      )}
      {vessels !== null && vessels.length === 0 ? (
        <p className={styles.note}>
          No ship has reported yet. One appears here as soon as its node reaches the broker.
        </p>
      ) : null}
      {vessels === null && error === null ? <p className={styles.note}>Reading…</p> : null}
      {error === null || vessels !== null ? null : (
        <div className={styles.note} role="alert">
          <p>The vessels could not be read. {error.message}</p>
          <Button onClick={() => void fleet.reload()}>Try again</Button>
        </div>
      )}
    </nav>
  );
}

function Vessel(props: {
  summary: VesselSummary;
  standing: GatewayStanding;
  isChosen: boolean;
  onChoose: () => void;
}): ReactNode {
  const { summary, standing, isChosen, onChoose } = props;
  const isCurrent = standing.old === null;
  const { workOrders, conflicts } = summary;
  return (
    <button
      type="button"
      className={classNames(styles.vessel, isChosen && styles.chosen)}
      aria-current={isChosen}
      onClick={onChoose}
    >
      <PresenceDot online={summary.online && isCurrent} />
      <span className={styles.name}>{summary.name === '' ? summary.vesselId : summary.name}</span>
      <span className={styles.figure} title="Outstanding orders">
        {formatCount(workOrders.outstanding)}
      </span>
      <span className={styles.state}>
        {isCurrent || !summary.online ? presenceText(summary, standing.asOf) : 'Was on the link'}
      </span>
      {summary.lastContactAt === null ? null : (
        <span className={styles.state}>
          Last contact <Instant at={summary.lastContactAt} brief />
        </span>
      )}
      {waitingLines(summary).map((line) => (
        <span key={line} className={styles.state}>
          {line}
        </span>
      ))}
      <span className={differs(summary.agreement) ? styles.look : styles.state}>
        <Agreement agreement={summary.agreement} />
      </span>
      {workOrders.overdue + conflicts === 0 ? null : (
        <span className={styles.look}>
          {[
            workOrders.overdue === 0 ? null : `${formatCount(workOrders.overdue)} overdue`,
            conflicts === 0 ? null : `${formatCount(conflicts)} in conflict`,
          ]
            .filter((part) => part !== null)
            .join(', ')}
        </span>
      )}
    </button>
  );
}
