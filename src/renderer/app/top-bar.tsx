import type { ReactNode } from 'react';
import { useSession } from '../lib/app-services/context.ts';
import { ActingPerson } from './acting-person.tsx';
import { LinkPill } from './link-pill.tsx';
import { SearchBox } from './search-box.tsx';
import styles from './top-bar.module.css';

export function TopBar(): ReactNode {
  const vessel = useSession((session) => session.vessel);
  return (
    <header className={styles.bar}>
      <SearchBox />
      <span
        className={styles.ship}
        title={vessel === null ? undefined : `${vessel.vesselId}, ${vessel.device}`}
      >
        {vessel?.vesselName}
      </span>
      <LinkPill />
      <ActingPerson />
    </header>
  );
}
