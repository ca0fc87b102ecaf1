import { Dialog } from '@base-ui/react/dialog';
import { ChevronLeft, ChevronRight, Download, X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { messageOf } from '../../lib/transport/transport.ts';
import { formatBytes } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import dialog from '../../ui/dialog.module.css';
import type { AttachmentPort, ShownAttachment } from './attachment-port.ts';
import styles from './attachments.module.css';
import { dataUrlOf } from './base64.ts';

/** A photo as large as the screen; the arrow keys go to the others of the order. */
export function PhotoView(props: {
  port: AttachmentPort;
  photos: readonly ShownAttachment[];
  openId: string | null;
  onOpen: (id: string | null) => void;
  onSave: (attachment: ShownAttachment) => void;
}): ReactNode {
  const { port, photos, openId, onOpen, onSave } = props;
  const at = photos.findIndex(({ id }) => id === openId);
  const photo = photos[at];
  const step = (by: number): void => {
    const next = photos[(at + by + photos.length) % photos.length];
    if (next !== undefined) onOpen(next.id);
  };
  return (
    <Dialog.Root open={photo !== undefined} onOpenChange={(open) => (open ? undefined : onOpen(null))}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog.backdrop} />
        <Dialog.Popup
          className={styles.view}
          onKeyDown={({ key }) => {
            if (key === 'ArrowLeft') step(-1);
            else if (key === 'ArrowRight') step(1);
          }}
        >
          {photo === undefined ? null : (
            <>
              <div className={styles.viewHead}>
                <Dialog.Title className={styles.viewTitle}>{photo.fileName}</Dialog.Title>
                <span className={styles.quiet}>
                  {photos.length > 1 ? `${at + 1} of ${photos.length} · ` : ''}
                  {formatBytes(photo.size)}
                </span>
                <Button look="quiet" icon={<Download size={16} />} onClick={() => onSave(photo)}>
                  Save a copy
                </Button>
                <Dialog.Close
                  render={
                    <Button look="quiet" iconOnly icon={<X size={16} />} keys="Esc">
                      Close
                    </Button>
                  }
                />
              </div>
              <div className={styles.stage}>
                {photos.length > 1 ? (
                  <Button look="quiet" iconOnly icon={<ChevronLeft size={20} />} onClick={() => step(-1)}>
                    Photo before
                  </Button>
                ) : null}
                <LargePhoto key={photo.id} port={port} photo={photo} />
                {photos.length > 1 ? (
                  <Button look="quiet" iconOnly icon={<ChevronRight size={20} />} onClick={() => step(1)}>
                    Photo after
                  </Button>
                ) : null}
              </div>
            </>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function LargePhoto({ port, photo }: { port: AttachmentPort; photo: ShownAttachment }): ReactNode {
  const [url, setUrl] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let isWanted = true;
    port
      .content(photo)
      .then(dataUrlOf)
      .then(
        (read) => (isWanted ? setUrl(read) : undefined),
        (error: unknown) => (isWanted ? setProblem(messageOf(error)) : undefined),
      );
    return () => {
      isWanted = false;
    };
    // A photo never changes under its id.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [port, photo.id]);
  if (problem !== null) return <p role="alert">{problem}</p>;
  if (url === null) return <p className={styles.quiet}>Reading…</p>;
  return (
    <img
      src={url}
      alt={photo.fileName}
      className={styles.large}
      onError={() => setProblem('This picture cannot be shown; its file may be damaged.')}
    />
  );
}
