import { type ReactNode, useMemo } from 'react';
import { useAppServices } from '../../lib/app-services/context.ts';
import { formatBytes, formatQuantity } from '../../lib/format.ts';
import { When } from '../../ui/when.tsx';
import { FileTransferPanel } from '../file-transfer/file-transfer-panel.tsx';
import { useSyncStatus } from './context.ts';
import { shipSource } from '../file-transfer/ship-source.ts';

const words = { own: 'this ship', other: 'the office' };

/** Changes for the office and from it in files, while there is no link. */
export function FileTransfer(): ReactNode {
  const { transport } = useAppServices();
  const source = useMemo(() => shipSource(transport), [transport]);
  const { attachments, bytes } = useSyncStatus()?.queue.contents ?? { attachments: 0, bytes: 0 };
  const besides =
    attachments === 0
      ? null
      : `${formatQuantity(attachments, 'attachment')} (${formatBytes(bytes)}) ${attachments === 1 ? 'waits' : 'wait'} for the link: photos and documents do not travel in files.`;
  return <FileTransferPanel source={source} words={words} besides={besides} Moment={When} />;
}
