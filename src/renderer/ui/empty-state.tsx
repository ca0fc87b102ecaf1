import type { ReactNode } from 'react';
import styles from './empty-state.module.css';

/** What a page says when it has nothing to show: what is the case, and the one next step. */
export function EmptyState(props: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** True when something failed, so that a screen reader says it at once. */
  isProblem?: boolean;
  /** True where nothing else is on the page: the title is then its heading. */
  isPage?: boolean;
}): ReactNode {
  const { icon, title, children, action, isProblem = false, isPage = false } = props;
  const Heading = isPage ? 'h1' : 'h2';
  return (
    <div className={styles.empty} role={isProblem ? 'alert' : undefined}>
      {icon === undefined ? null : <div className={styles.icon}>{icon}</div>}
      <Heading className={styles.title}>{title}</Heading>
      {children === undefined ? null : <p className={styles.words}>{children}</p>}
      {action === undefined ? null : <div className={styles.action}>{action}</div>}
    </div>
  );
}
