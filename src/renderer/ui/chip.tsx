import type { ReactNode } from 'react';
import styles from './chip.module.css';

/** A small thing that is in force and can be clicked away. */
export function Chip(props: {
  icon: ReactNode;
  verb: string;
  onClick: () => void;
  children: string;
}): ReactNode {
  const { icon, verb, onClick, children } = props;
  return (
    <button type="button" className={styles.chip} onClick={onClick} aria-label={`${verb} ${children}`}>
      <span className={styles.words}>{children}</span>
      {icon}
    </button>
  );
}
