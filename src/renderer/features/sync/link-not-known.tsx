import { CircleHelp } from 'lucide-react';
import type { ReactNode } from 'react';
import { When } from '../../ui/when.tsx';
import styles from './link-panel.module.css';

/** Stands where the state of the link stands, while the node does not tell it. */
export function LinkNotKnown({ knownUntil }: { knownUntil: string }): ReactNode {
  return (
    <section className={styles.panel} aria-label="The link">
      <h1 className={styles.state}>
        <CircleHelp size={16} color="var(--text-muted)" aria-hidden="true" />
        Link not known
      </h1>
      <p className={styles.words}>
        The vessel node last told how the link stands at <When at={knownUntil} brief />. Whether shore has
        what was entered cannot be told until it answers again. What was saved had been written to this
        computer’s disk.
      </p>
      <p className={styles.words}>
        All figures and lists on this page are as of <When at={knownUntil} brief />.
      </p>
    </section>
  );
}
