import { Dialog } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Kbd } from '../ui/kbd.tsx';
import dialog from '../ui/dialog.module.css';
import styles from './key-help.module.css';

const groups: readonly { name: string; keys: readonly (readonly [string, string])[] }[] = [
  {
    name: 'Anywhere',
    keys: [
      ['Ctrl K', 'Find anything, do anything'],
      ['/', 'Search this list'],
      ['C', 'New order'],
      ['Z', 'Undo'],
      ['Esc', 'Step back'],
      ['?', 'These keys'],
    ],
  },
  {
    name: 'In a list',
    keys: [
      ['J', 'Next row'],
      ['K', 'Row before'],
      ['Enter', 'Open'],
      ['F', 'Filter'],
      ['Home', 'First row'],
      ['End', 'Last row'],
    ],
  },
  {
    name: 'On an order',
    keys: [
      ['E', 'Edit'],
      ['1', 'Set to open'],
      ['2', 'Start work'],
      ['3', 'Put on hold'],
      ['4', 'Sign off'],
      ['H', 'History, or back'],
      ['Ctrl Enter', 'Save'],
    ],
  },
  {
    name: 'On a conflict',
    keys: [
      ['1', 'Keep the current value'],
      ['2', 'Take the other'],
      ['E', 'Write another'],
      ['Enter', 'Show the record'],
    ],
  },
];

export function KeyHelp({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }): ReactNode {
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog.backdrop} />
        <Dialog.Popup className={`${dialog.popup ?? ''} ${styles.popup ?? ''}`}>
          <Dialog.Title className={dialog.title}>Keys</Dialog.Title>
          <div className={styles.groups}>
            {groups.map(({ name, keys }) => (
              <section key={name}>
                <h3 className={styles.group}>{name}</h3>
                <dl>
                  {keys.map(([key, does]) => (
                    <div key={key} className={styles.key}>
                      <dt>
                        <Kbd>{key}</Kbd>
                      </dt>
                      <dd>{does}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
          <div className={dialog.buttons}>
            <Dialog.Close render={<Button>Close</Button>} />
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
