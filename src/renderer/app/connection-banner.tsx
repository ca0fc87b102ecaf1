import { Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { useAppServices, useSession } from '../lib/app-services/context.ts';
import { useNow } from '../lib/use-now.ts';
import { Button } from '../ui/button.tsx';
import { When } from '../ui/when.tsx';
import styles from './connection-banner.module.css';
import { GoBack } from './go-back.tsx';

/** Says when this screen has lost the vessel node, which is not the same as the ship having lost its link. */
export function ConnectionBanner(): ReactNode {
  const { transport, clock, session } = useAppServices();
  const connection = useSession((session) => session.connection);
  const error = useSession((session) => session.error);
  const { phase, nextAttemptAt } = connection;
  useNow();
  if (phase === 'open' && error !== null) {
    return (
      <div className={styles.banner} role="alert">
        <Unplug size={16} aria-hidden="true" />
        <p className={styles.words}>{error}</p>
      </div>
    );
  }
  if (phase !== 'lost') return null;
  // By the node's clock, as every time on the page is.
  const heardAt = connection.heardAt ?? connection.since;
  const asOf = new Date(session.nodeTime(heardAt)).toISOString();
  const seconds = nextAttemptAt === null ? 0 : Math.ceil((nextAttemptAt - clock.now()) / 1000);
  const isLeft = connection.node?.phase === 'stopped' && nextAttemptAt === null;
  return (
    <div className={styles.banner} role="alert">
      <Unplug size={16} aria-hidden="true" />
      <p className={styles.words}>
        <strong>The vessel node on this computer does not answer</strong> since <When at={asOf} brief />; what
        stands on this page is as it was then. This is not the link to shore. Nothing new can be saved until
        it is back; what you have typed stays here.
        {connection.node?.phase === 'stopped' ? ` It cannot start: ${connection.node.reason}` : null}
      </p>
      <span className={styles.next} aria-hidden="true">
        {isLeft ? '' : seconds > 0 ? `Trying again in ${seconds} s` : 'Trying…'}
      </span>
      <Button onClick={() => transport.retryNow()}>Try now</Button>
      <GoBack />
    </div>
  );
}
