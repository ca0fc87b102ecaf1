import { Download, Paperclip, Trash2 } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { isImage, mediaTypes } from '#shared/records/attachment.ts';
import { savedFileName } from '#shared/records/saved-file-name.ts';
import { browserClock } from '../../lib/clock.ts';
import { formatBytes } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { SyncMark } from '../../ui/sync-mark.tsx';
import type { AttachmentPort, ShownAttachment } from './attachment-port.ts';
import styles from './attachments.module.css';
import { PhotoView } from './photo-view.tsx';
import { Thumbnail } from './thumbnail.tsx';
import { type AttachmentsState, type Upload, useAttachments } from './use-attachments.ts';

/** The photos and documents of an order: looked at, added, fetched and deleted. */
export function Attachments(props: {
  port: AttachmentPort;
  /** Shows a moment as the page does. */
  when: (props: { at: string }) => ReactNode;
}): ReactNode {
  const { port, when: Moment } = props;
  const state = useAttachments(port);
  const [keepFullSize, setKeepFullSize] = useState(false);
  const [openId, setOpenId] = useState<string | null>(null);
  const [isOver, setOver] = useState(false);
  const { items, problem, uploads } = state;
  const add = (files: Iterable<File>): void => state.add(files, keepFullSize);
  usePaste(add);

  const photos = useMemo(
    () => (items ?? []).filter(({ mediaType, isHere }) => isImage(mediaType) && isHere),
    [items],
  );
  const doing = (work: Promise<void>): void => void work.catch((error: unknown) => port.sayFailure(error));
  const remove = async (attachment: ShownAttachment): Promise<void> => {
    if (await port.hasActor()) await port.remove(attachment);
  };
  const save = (attachment: ShownAttachment): void =>
    doing(
      port
        .content(attachment)
        .then((blob) => saveAs(blob, savedFileName(attachment.fileName, attachment.mediaType))),
    );

  return (
    <section
      className={classNames(styles.section, isOver && styles.over)}
      aria-labelledby="attachments"
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        add(event.dataTransfer.files);
      }}
    >
      <h3 id="attachments">Photos and documents</h3>
      {problem !== null ? (
        <p role="alert" className={styles.problem}>
          {problem} <Button onClick={state.readAgain}>Try again</Button>
        </p>
      ) : null}
      {items === null ? (
        problem === null ? (
          <p className={styles.quiet}>Reading…</p>
        ) : null
      ) : items.length === 0 && uploads.length === 0 ? (
        <p className={styles.quiet}>None yet. Drop them here, paste them, or choose them.</p>
      ) : (
        <ul className={styles.list}>
          {items.map((item) => (
            <li key={item.id} className={styles.item}>
              {isImage(item.mediaType) && item.isHere ? (
                <button
                  type="button"
                  className={styles.open}
                  aria-label={`Look at ${item.fileName}`}
                  onClick={() => setOpenId(item.id)}
                >
                  <Thumbnail port={port} of={item} />
                </button>
              ) : (
                <Thumbnail port={port} of={item} />
              )}
              <div className={styles.about}>
                <span className={styles.name} title={item.fileName}>
                  {item.fileName}
                </span>
                <span className={styles.quiet}>
                  <span className="tabular">{formatBytes(item.size)}</span> · {item.addedBy},{' '}
                  <Moment at={item.addedAt} />
                </span>
                <span className={styles.standing}>
                  <SyncMark state={item.mark} isSilent />
                  {item.words}
                </span>
                {item.mayFetch ? (
                  <Button onClick={() => doing(port.fetch(item.id))}>
                    {`Fetch from shore, ${formatBytes(item.size)}`}
                  </Button>
                ) : null}
              </div>
              <div className={styles.actions}>
                {item.isHere ? (
                  <Button look="quiet" iconOnly icon={<Download size={16} />} onClick={() => save(item)}>
                    {`Save a copy of ${item.fileName}`}
                  </Button>
                ) : null}
                <Button look="quiet" iconOnly icon={<Trash2 size={16} />} onClick={() => doing(remove(item))}>
                  {`Delete ${item.fileName}`}
                </Button>
              </div>
            </li>
          ))}
          {uploads.map((upload) => (
            <UploadRow key={upload.key} upload={upload} state={state} />
          ))}
        </ul>
      )}
      <AddFiles onFiles={add} keepFullSize={keepFullSize} onKeepFullSize={setKeepFullSize} />
      <PhotoView port={port} photos={photos} openId={openId} onOpen={setOpenId} onSave={save} />
    </section>
  );
}

function UploadRow({ upload, state }: { upload: Upload; state: AttachmentsState }): ReactNode {
  const { file, share, problem, mayRetry } = upload;
  return (
    <li className={styles.item}>
      <span className={styles.thumbnail}>
        <Paperclip size={20} aria-hidden="true" />
      </span>
      <div className={styles.about}>
        <span className={styles.name}>{file.name}</span>
        {problem === null ? (
          <span className={styles.quiet} role="status">{`Storing, ${Math.floor(share * 100)} %`}</span>
        ) : (
          <>
            <span role="alert">{problem}</span>
            <span className="button-row">
              {mayRetry ? <Button onClick={() => state.retry(upload)}>Try again</Button> : null}
              <Button onClick={() => state.dismiss(upload)}>Dismiss</Button>
            </span>
          </>
        )}
      </div>
    </li>
  );
}

function AddFiles(props: {
  onFiles: (files: Iterable<File>) => void;
  keepFullSize: boolean;
  onKeepFullSize: (keep: boolean) => void;
}): ReactNode {
  const { onFiles, keepFullSize, onKeepFullSize } = props;
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={styles.add}>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={mediaTypes.join(',')}
        aria-label="Files to attach"
        onChange={({ currentTarget }) => {
          onFiles(Array.from(currentTarget.files ?? []));
          currentTarget.value = '';
        }}
      />
      <Button icon={<Paperclip size={16} aria-hidden="true" />} onClick={() => input.current?.click()}>
        Add photos or files…
      </Button>
      <Button aria-pressed={keepFullSize} onClick={() => onKeepFullSize(!keepFullSize)}>
        Keep photos in full size
      </Button>
      {keepFullSize ? (
        <span className={styles.quiet}>They keep what the camera wrote in them, such as the place.</span>
      ) : null}
    </div>
  );
}

/** Files that are pasted anywhere on the page; text goes where it is typed. */
function usePaste(add: (files: Iterable<File>) => void): void {
  const latest = useRef(add);
  useEffect(() => {
    latest.current = add;
  });
  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      const files = Array.from(event.clipboardData?.files ?? []);
      if (files.length === 0) return;
      event.preventDefault();
      latest.current(files);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, []);
}

function saveAs(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has taken hold of it by then.
  browserClock.after(60_000, () => URL.revokeObjectURL(url));
}
