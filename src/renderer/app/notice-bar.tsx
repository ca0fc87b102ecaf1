import { Info, TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useAppServices } from '../lib/app-services/context.ts';
import { Button } from '../ui/button.tsx';
import styles from './notice-bar.module.css';

/** The last thing that happened, at the foot of the screen, with the way to take it back. */
export function NoticeBar(): ReactNode {
  const { notices } = useAppServices();
  const notice = useStore(notices.store, (state) => state.notice);
  return (
    <div className={styles.place} role={notice?.tone === 'problem' ? 'alert' : 'status'}>
      {notice === null ? null : (
        <div key={notice.id} className={styles.notice} data-tone={notice.tone}>
          {notice.tone === 'problem' ? (
            <TriangleAlert size={16} aria-hidden="true" />
          ) : (
            <Info size={16} aria-hidden="true" />
          )}
          <p className={styles.words}>{notice.text}</p>
          {notice.action === null ? null : (
            <Button keys={notice.action.keys} onClick={notice.action.run}>
              {notice.action.label}
            </Button>
          )}
          <Button look="quiet" iconOnly icon={<X size={16} />} onClick={notices.dismiss}>
            Dismiss
          </Button>
        </div>
      )}
    </div>
  );
}
