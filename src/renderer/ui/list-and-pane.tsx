import type { ReactNode } from 'react';
import styles from './list-and-pane.module.css';

/** A list and, beside it, the record that is looked at. On a narrow window, or when asked, the pane covers the list. */
export function ListAndPane(props: {
  label: string;
  toolbar: ReactNode;
  list: ReactNode;
  /** Null when nothing is open. */
  pane: ReactNode;
  full: boolean;
}): ReactNode {
  const { label, toolbar, list, pane, full } = props;
  const isOpen = pane !== null;
  return (
    <main className={styles.page} data-open={isOpen} data-full={isOpen && full} aria-label={label}>
      <h1 className="visually-hidden">{label}</h1>
      <div className={styles.list}>
        {toolbar}
        <div className={styles.table}>{list}</div>
      </div>
      {isOpen ? <aside className={styles.pane}>{pane}</aside> : null}
    </main>
  );
}
