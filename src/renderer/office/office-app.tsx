import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { OnceRead } from '../records/form/once-read.tsx';
import { RecordSiteContext } from '../records/site.ts';
import { ListAndPane } from '../ui/list-and-pane.tsx';
import { FileTransfer } from './file-transfer.tsx';
import { ConflictList, ReviewBar } from './review/conflict-list.tsx';
import { GatewayBanner } from './server/gateway-banner.tsx';
import { JoinPage } from './joining/join-page.tsx';
import { KeyGate } from './server/key-gate.tsx';
import styles from './office-app.module.css';
import { useOffice, useRoute } from './office.ts';
import { rowKey } from './orders/order-list.ts';
import { OrderPane } from './orders/order-pane.tsx';
import { OrderTable } from './orders/order-table.tsx';
import { OrderToolbar } from './orders/order-toolbar.tsx';
import { ProblemList } from './review/problem-list.tsx';
import { OfficeRecords } from './records/office-records.tsx';
import { PerformancePage } from './performance/performance-page.tsx';
import { RaiseOrder } from './orders/raise-order.tsx';
import { TopBar } from './top-bar.tsx';
import { useOfficeKeys } from './use-office-keys.ts';
import { VesselList } from './fleet/vessel-list.tsx';

/** The superintendent's view: the ships on the left, their orders in the middle, one of them beside. */
export function OfficeApp(): ReactNode {
  const { access } = useOffice();
  const { page, open } = useRoute();
  const isRefused = useStore(access, (state) => state.isRefused);
  useOfficeKeys();
  if (isRefused) return <KeyGate />;
  return (
    <div className={styles.app}>
      <TopBar />
      <GatewayBanner />
      <div className={styles.body} data-open={open !== null}>
        <VesselList />
        <div className={styles.page}>
          {page === 'orders' ? (
            <Orders />
          ) : page === 'records' ? (
            <OfficeRecords />
          ) : (
            <ListAndPane
              label={pageNames[page]}
              toolbar={page === 'conflicts' ? <ReviewBar /> : null}
              list={pageLists[page]}
              pane={null}
              full={false}
            />
          )}
        </div>
      </div>
      <NoticeLine />
    </div>
  );
}

const pageNames = {
  conflicts: 'Review',
  problems: 'Problems',
  'by-hand': 'Without a link',
  joining: 'Join',
  performance: 'Performance',
};
const pageLists = {
  conflicts: <ConflictList />,
  problems: <ProblemList />,
  'by-hand': <FileTransfer />,
  joining: <JoinPage />,
  performance: <PerformancePage />,
};

function Orders(): ReactNode {
  const { router, siteOf, orderDrafts, orderTexts, fleet } = useOffice();
  const vessels = useStore(fleet.store, (state) => state.vessels);
  const { open } = useRoute();
  const close = (): void => router.go({ open: null });
  return (
    <ListAndPane
      label="Work orders"
      toolbar={<OrderToolbar />}
      list={
        <OrderTable
          chosen={open?.kind === 'order' ? rowKey(open) : null}
          onOpen={({ vesselId, id }) => router.go({ open: { kind: 'order', vesselId, id, editing: false } })}
        />
      }
      pane={
        open === null ? null : open.kind === 'new' ? (
          <OnceRead drafts={orderDrafts}>
            <OnceRead drafts={orderTexts}>
              {/* For which ship is known once the fleet is. */}
              {vessels === null ? null : <RaiseOrder onClose={close} />}
            </OnceRead>
          </OnceRead>
        ) : (
          <RecordSiteContext value={siteOf(open.vesselId)}>
            <OrderPane
              editing={open.editing}
              onEdit={(editing) => router.go({ open: { ...open, editing } })}
              onClose={close}
            />
          </RecordSiteContext>
        )
      }
      full={false}
    />
  );
}

function NoticeLine(): ReactNode {
  const { notices } = useOffice();
  const notice = useStore(notices.store, (state) => state.notice);
  if (notice === null) return null;
  const isProblem = notice.tone === 'problem';
  return (
    <div
      className={classNames(styles.notice, isProblem && styles.problem)}
      role={isProblem ? 'alert' : 'status'}
    >
      <span>{notice.text}</span>
      {notice.action === null ? null : <Button onClick={notice.action.run}>{notice.action.label}</Button>}
      <Button look="quiet" iconOnly icon={<X size={16} />} onClick={() => notices.dismiss()}>
        Dismiss
      </Button>
    </div>
  );
}
