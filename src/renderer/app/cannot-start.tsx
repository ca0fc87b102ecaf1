import { OctagonAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { SettingsPage } from '../features/installation/settings-page.tsx';
import { useAppServices, useSession } from '../lib/app-services/context.ts';
import { useNow } from '../lib/use-now.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { GoBack } from './go-back.tsx';
import styles from './starting.module.css';

/** What stands there when the vessel node of the desktop app cannot start: why, and what a person can do. */
export function CannotStart(): ReactNode {
  const { transport, clock, installation } = useAppServices();
  const [showsSettings, setShowsSettings] = useState(false);
  const node = useSession(({ connection }) => connection.node);
  useNow();
  if (node?.phase !== 'stopped') return null;
  if (showsSettings) return <SettingsPage onLeave={() => setShowsSettings(false)} />;
  const { reason, nextAttemptAt } = node;
  const seconds = nextAttemptAt === null ? 0 : Math.max(0, Math.ceil((nextAttemptAt - clock.now()) / 1000));
  return (
    <main className={styles.page}>
      <EmptyState
        isPage
        isProblem
        icon={<OctagonAlert size={24} />}
        title="ARUS cannot start"
        action={
          <div className={styles.actions}>
            <Button onClick={() => transport.retryNow()}>Try again</Button>
            <GoBack />
            {installation === null ? null : (
              <Button onClick={() => setShowsSettings(true)}>Settings of this computer</Button>
            )}
          </div>
        }
      >
        <span className={styles.reason}>{reason}</span>
        {nextAttemptAt === null ? null : (
          <span className={styles.passed} aria-hidden="true">
            {seconds > 0 ? `It is tried again in ${seconds} s.` : 'Trying again…'}
          </span>
        )}
      </EmptyState>
    </main>
  );
}
