import { FileText, Image as ImageIcon } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { isImage } from '#shared/records/attachment.ts';
import type { AttachmentPort, ShownAttachment } from './attachment-port.ts';
import { dataUrlOf } from './base64.ts';
import styles from './attachments.module.css';

/** The small picture of an attachment, or a sign for what it is. */
export function Thumbnail({ port, of }: { port: AttachmentPort; of: ShownAttachment }): ReactNode {
  const [url, setUrl] = useState<string | null>(null);
  const { id, hasThumbnail } = of;
  useEffect(() => {
    if (!hasThumbnail) return undefined;
    let isWanted = true;
    port
      .thumbnail(id)
      .then(dataUrlOf)
      .then(
        (read) => (isWanted ? setUrl(read) : undefined),
        // The sign stays, and the large picture says what is wrong.
        () => {},
      );
    return () => {
      isWanted = false;
    };
  }, [port, id, hasThumbnail]);
  return (
    <span className={styles.thumbnail}>
      {url !== null ? (
        <img src={url} alt="" className={styles.picture} />
      ) : isImage(of.mediaType) ? (
        <ImageIcon size={20} aria-hidden="true" />
      ) : (
        <FileText size={20} aria-hidden="true" />
      )}
    </span>
  );
}
