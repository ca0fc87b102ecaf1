import type { ReactNode } from 'react';
import styles from './pane.module.css';

/** A head that stays, and under it what scrolls. */
export function Pane({ head, children }: { head: ReactNode; children: ReactNode }): ReactNode {
  return (
    <div className={styles.pane}>
      {head}
      <div className={styles.body}>{children}</div>
    </div>
  );
}

/** The name of what the pane shows, and what can be done to it. */
export function PaneHead({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <div className={styles.head}>
      <h2 className={styles.title}>{title}</h2>
      <div className={styles.actions}>{children}</div>
    </div>
  );
}
