import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import styles from './dialog.module.css';

/** A question before something that cannot be taken back. Says what will happen, and to which record. */
export function Question(props: {
  isOpen: boolean;
  title: string;
  children: ReactNode;
  /** The verb of the button that does it. */
  yes: string;
  no: string;
  onYes: () => void;
  onNo: () => void;
}): ReactNode {
  const { isOpen, title, children, yes, no, onYes, onNo } = props;
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onNo())}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles.backdrop} />
        <AlertDialog.Popup className={styles.popup}>
          <AlertDialog.Title className={styles.title}>{title}</AlertDialog.Title>
          <AlertDialog.Description className={styles.words} render={<div />}>
            {children}
          </AlertDialog.Description>
          <div className={styles.buttons}>
            <AlertDialog.Close render={<Button>{no}</Button>} />
            <Button look="final" onClick={onYes}>
              {yes}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
