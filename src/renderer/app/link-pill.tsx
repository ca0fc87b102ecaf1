import type { ReactNode } from 'react';
import { useKnownUntil, useSyncStatus } from '../features/sync/context.ts';
import { LinkShape } from '../features/sync/link-shape.tsx';
import { linkLabels } from '../features/sync/link-labels.ts';
import { useAppServices, useSession } from '../lib/app-services/context.ts';
import { useNow } from '../lib/use-now.ts';
import styles from './link-pill.module.css';

/** Where the ship stands with shore, in words, on every page. Opens the sync page. */
export function LinkPill(): ReactNode {
  const { router } = useAppServices();
  const status = useSyncStatus();
  const time = useSession((session) => session.time);
  const knownUntil = useKnownUntil();
  const now = useNow();
  if (status === null) return <span className={styles.space} />;
  if (knownUntil !== null) return <span className={styles.unknown}>Link not known</span>;
  const { shape, line } = linkLabels(status, now, time);
  return (
    <button
      type="button"
      className={styles.pill}
      aria-label={`Link to shore: ${line}. Open the sync page`}
      title={line}
      onClick={() => router.go({ page: 'sync', tab: 'waiting' })}
    >
      <LinkShape shape={shape} />
      <span className={styles.words}>{line}</span>
    </button>
  );
}
