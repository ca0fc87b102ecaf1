import { Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import styles from '../../app/connection-banner.module.css';
import { Button } from '../../ui/button.tsx';
import { Instant } from '../instant.tsx';
import { useOffice } from '../office.ts';
import { useGatewayStanding } from './gateway-standing.ts';

/** Says on every page when what stands on it is older than it looks. */
export function GatewayBanner(): ReactNode {
  const { fleet } = useOffice();
  const { old, asOf } = useGatewayStanding();
  const error = useStore(fleet.store, (state) => state.error);
  const databaseTrouble = useStore(fleet.store, (state) => state.databaseTrouble);
  if (old === null) return null;
  const since = <Instant at={new Date(asOf).toISOString()} brief />;
  return (
    <div className={styles.banner} role="alert">
      <Unplug size={16} aria-hidden="true" />
      {old === 'database' && databaseTrouble !== null ? (
        <p className={styles.words}>
          <strong>The gateway’s database is not well</strong> since{' '}
          <Instant at={databaseTrouble.since} brief />: {databaseTrouble.words}. What stands here of the ships
          is as it was then; what they send waits on board. What is entered here is saved only where the page
          says so. The page goes on by itself.
        </p>
      ) : old === 'gateway' ? (
        <p className={styles.words}>
          <strong>The gateway has not told how the ships stand</strong> since {since}; what stands on this
          page is as it was then. {error?.message} The page goes on by itself.
        </p>
      ) : (
        <p className={styles.words}>
          <strong>The gateway has no link to its broker</strong> since {since}; what stands here of the ships
          is as it was then. What is written here is kept and goes to them when the broker answers.
        </p>
      )}
      {old === 'gateway' ? <Button onClick={() => void fleet.reload()}>Try now</Button> : null}
    </div>
  );
}
