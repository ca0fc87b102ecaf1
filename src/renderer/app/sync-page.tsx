import { TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';
import { useAppServices, useRoute } from '../lib/app-services/context.ts';
import { type SyncTab, syncTabs } from '../lib/app-services/route.ts';
import { formatCount } from '../lib/format.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { TabBar } from '../ui/tab-bar.tsx';
import { CopiesPage } from '../features/copies/copies-page.tsx';
import { LinkPage } from '../features/link-policy/link-page.tsx';
import { NodeMetrics } from '../features/node-metrics/node-metrics.tsx';
import { FileTransfer } from '../features/sync/file-transfer.tsx';
import { useKnownUntil, useSync } from '../features/sync/context.ts';
import { LinkNotKnown } from '../features/sync/link-not-known.tsx';
import { LinkPanel } from '../features/sync/link-panel.tsx';
import { OutboxTable } from '../features/sync/outbox-table.tsx';
import { ProblemList } from '../features/sync/problem-list.tsx';
import { SyncFigures } from '../features/sync/sync-figures.tsx';
import styles from './sync-page.module.css';

const tabLabels: Readonly<Record<SyncTab, string>> = {
  waiting: 'Waiting for shore',
  problems: 'Problems',
  link: 'Link and cost',
  'by-hand': 'Without a link',
  copies: 'Copies',
  node: 'This computer',
};
const contents: Readonly<Record<SyncTab, ReactNode>> = {
  waiting: <OutboxTable />,
  problems: <ProblemList />,
  link: <LinkPage />,
  'by-hand': <FileTransfer />,
  copies: <CopiesPage />,
  node: <NodeMetrics />,
};

/** Those in which figures of the queue say nothing. */
const tabsAlone: readonly SyncTab[] = ['link', 'copies', 'node'];

/** Where ship and shore stand: the link, what waits, and what a person has to look at. */
export function SyncPage(): ReactNode {
  const { router } = useAppServices();
  const sync = useSync();
  const { status, isAsking } = useStore(sync.store);
  const route = useRoute();
  const tab = route.page === 'sync' ? route.tab : 'waiting';
  const knownUntil = useKnownUntil();

  useEffect(() => void sync.load(), [sync]);

  if (status === null) {
    return (
      <main className={styles.page} aria-label="Sync">
        {isAsking ? (
          <p className="visually-hidden" role="status">
            Reading…
          </p>
        ) : (
          <EmptyState
            isProblem
            icon={<TriangleAlert size={24} />}
            title="The state of the link could not be read"
            action={<Button onClick={() => void sync.load()}>Try again</Button>}
          >
            What was entered is kept on this ship all the same.
          </EmptyState>
        )}
      </main>
    );
  }
  const counts: Readonly<Record<SyncTab, number | null>> = {
    waiting: status.queue.depth + status.queue.contents.attachments,
    problems: status.problems,
    link: null,
    'by-hand': null,
    copies: null,
    node: null,
  };
  return (
    <main className={styles.page} aria-label="Sync">
      <div className={styles.top}>
        {knownUntil === null ? <LinkPanel status={status} /> : <LinkNotKnown knownUntil={knownUntil} />}
        {tabsAlone.includes(tab) ? null : <SyncFigures status={status} knownUntil={knownUntil} />}
      </div>
      <div className={styles.tabs}>
        <TabBar
          label="What to look at"
          value={tab}
          tabs={syncTabs.map((value) => {
            const count = counts[value];
            return { value, label: tabLabels[value], count: count === null ? null : formatCount(count) };
          })}
          onChange={(value) => router.go({ page: 'sync', tab: value }, 'replace')}
        />
      </div>
      <div className={styles.content}>{contents[tab]}</div>
    </main>
  );
}
