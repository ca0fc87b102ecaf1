import { KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { useAppServices } from '../lib/app-services/context.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import styles from './refused.module.css';

/** What stands there when the vessel node does not accept this screen. */
export function Refused(): ReactNode {
  const { transport } = useAppServices();
  return (
    <main className={styles.page}>
      <EmptyState
        isPage
        isProblem
        icon={<KeyRound size={24} />}
        title="The vessel node did not accept this screen"
        action={<Button onClick={() => transport.retryNow()}>Try again</Button>}
      >
        This address carries no valid key. Open the full address that the vessel node wrote when it started,
        with the part after #token. Nothing was read or changed.
      </EmptyState>
    </main>
  );
}
