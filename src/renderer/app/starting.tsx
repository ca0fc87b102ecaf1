import { Ship } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { StartStep } from '#shared/contract/node-state.ts';
import { useAppServices, useSession } from '../lib/app-services/context.ts';
import { useNow } from '../lib/use-now.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import styles from './starting.module.css';

/** A start that is over sooner shows nothing: a page that flashes by is read by nobody. */
const quickMs = 400;
/** From here on it is told how long it has taken. */
const longMs = 5_000;

const stepLabels: Readonly<Record<StartStep, string>> = {
  opening: 'Opening the ship’s database.',
  checking: 'Checking the ship’s database, page by page.',
  copying: 'Making a copy of the ship’s database before it is changed for this version.',
  changing: 'Changing the ship’s database for this version. Please leave the computer on.',
  reading: 'Reading the ship’s records.',
};

/** What stands there while the vessel node of the desktop app starts: what it is doing, by its own word. */
export function Starting(): ReactNode {
  const { clock } = useAppServices();
  const node = useSession(({ connection }) => connection.node);
  const since = useSession(({ connection }) => connection.since);
  const [isQuick, setIsQuick] = useState(true);
  useNow();
  useEffect(() => clock.after(quickMs, () => setIsQuick(false)), [clock]);
  if (isQuick) return null;
  const passedMs = clock.now() - since;
  const step = node?.phase === 'starting' ? node.step : null;
  return (
    <main className={styles.page} aria-live="polite">
      <EmptyState isPage icon={<Ship size={24} />} title="ARUS is starting">
        {step === null ? 'Starting the vessel node on this computer.' : stepLabels[step]}
        {passedMs < longMs ? null : (
          <span className={styles.passed}>{Math.round(passedMs / 1000)} s so far</span>
        )}
      </EmptyState>
    </main>
  );
}
