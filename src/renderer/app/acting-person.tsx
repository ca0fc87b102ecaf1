import { Popover } from '@base-ui/react/popover';
import { Check, ChevronsUpDown, UserRound } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import { useAppServices, usePreferences, useSession } from '../lib/app-services/context.ts';
import { Button } from '../ui/button.tsx';
import styles from './acting-person.module.css';
import { AddPerson } from './add-person.tsx';

/** Whose name goes under what is done at this screen. */
export function ActingPerson(): ReactNode {
  const { preferences, chooser } = useAppServices();
  const isOpen = useStore(chooser, (state) => state.isOpen);
  const crew = useSession((session) => session.crew);
  const actorId = usePreferences((known) => known.actorId);
  const [isAdding, setAdding] = useState(false);
  const actor = crew.find(({ id }) => id === actorId);
  const onBoard = crew.filter((member) => member.onBoard);

  const choose = (id: string): void => {
    preferences.setActor(id);
    setAdding(false);
    chooser.setState({ isOpen: false });
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={(open) => chooser.setState({ isOpen: open })}>
      <Popover.Trigger
        className={styles.trigger}
        data-chosen={actor !== undefined}
        aria-label={
          actor === undefined ? 'Who are you? Nobody chosen' : `Acting: ${actor.name}, ${actor.rank}`
        }
      >
        <UserRound size={16} aria-hidden="true" />
        <span className={styles.name}>{actor?.name ?? 'Who are you?'}</span>
        <ChevronsUpDown size={16} aria-hidden="true" className={styles.chevron} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className={styles.positioner} sideOffset={4} align="end">
          <Popover.Popup className={styles.popup}>
            <Popover.Title className={styles.title}>Who is at the screen?</Popover.Title>
            <Popover.Description className={styles.words}>
              What you enter and sign off is written down under this name.
            </Popover.Description>
            {isAdding || onBoard.length === 0 ? (
              <AddPerson onAdded={choose} />
            ) : (
              <>
                <ul className={styles.list}>
                  {onBoard.map(({ id, name, rank }) => (
                    <li key={id}>
                      <button
                        type="button"
                        className={styles.person}
                        aria-pressed={id === actorId}
                        onClick={() => choose(id)}
                      >
                        <span className={styles.who}>
                          {name}
                          <span className={styles.rank}>{rank}</span>
                        </span>
                        {id === actorId ? <Check size={16} aria-hidden="true" /> : null}
                      </button>
                    </li>
                  ))}
                </ul>
                <Button look="quiet" onClick={() => setAdding(true)}>
                  Add somebody
                </Button>
              </>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
