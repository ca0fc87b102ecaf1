import { type ReactNode, useState } from 'react';
import { useAppServices, useSession } from '../lib/app-services/context.ts';
import { Button } from '../ui/button.tsx';
import styles from './starting.module.css';

const focus = (button: HTMLButtonElement | null): void => button?.focus();

/** Goes back to the copy that a node with a damaged database offered, once a person has read what that does. */
export function GoBack(): ReactNode {
  const { transport } = useAppServices();
  const node = useSession(({ connection }) => connection.node);
  const time = useSession((session) => session.time);
  const [isAsking, setIsAsking] = useState(false);
  const copy = node?.phase === 'stopped' ? node.copy : null;
  const { goBackTo } = transport;
  if (copy === null || goBackTo === null) return null;
  // In UTC, as the reason above says it: the ship's own time is not known before her node is up.
  const madeAt = time.utc(new Date(copy.madeAt).toISOString());
  if (!isAsking) return <Button onClick={() => setIsAsking(true)}>Go back to the copy of {madeAt}…</Button>;
  return (
    <div className={styles.question} role="group" aria-label="Go back to the copy">
      <p>
        The copy of {madeAt} takes the place of the damaged database, which is kept beside it. What shore
        holds from after the copy comes back over the link. What is only in the damaged one does not.
      </p>
      <div className="button-row">
        <Button look="primary" onClick={() => goBackTo(copy.name)}>
          Go back to it
        </Button>
        <Button ref={focus} onClick={() => setIsAsking(false)}>
          Leave it as it is
        </Button>
      </div>
    </div>
  );
}
