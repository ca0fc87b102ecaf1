import { FileDown } from 'lucide-react';
import type { ReactNode } from 'react';
import type { PackageLine } from '#shared/file-transfer/state.ts';
import { formatBytes, formatQuantity } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import styles from './file-transfer-panel.module.css';
import type { FileTransferProps } from './file-transfer-panel.tsx';
import type { FileTransferState } from './use-file-transfer.ts';

type Props = { state: FileTransferState; parcels: readonly PackageLine[] } & Pick<
  FileTransferProps,
  'words' | 'Moment'
>;

/** Files made and taken, newest first, with where each stands. */
export function PackageList({ state, parcels, words, Moment }: Props): ReactNode {
  return (
    <section aria-label="Files" className={styles.files}>
      <h2 className={styles.heading}>Files</h2>
      {parcels.length === 0 ? (
        <p className={styles.muted}>
          None yet. Made files stand here until {words.other} has answered them, and taken ones with what is
          missing of them.
        </p>
      ) : (
        <ul>
          {parcels.map((parcel) => (
            <li key={parcel.parcel} className={styles.file}>
              <div>
                <p>
                  {parcel.way === 'made' ? 'Made ' : `From ${words.other}, made `}
                  <Moment at={parcel.madeAt} brief />, {formatQuantity(parcel.changes, 'change')}
                  {parcel.of === 1 ? '' : `, ${parcel.of} parts`}
                </p>
                <p className={parcel.missing.length === 0 ? styles.muted : styles.look}>
                  {standing(parcel, words.other)}
                  {parcel.answeredAt === null ? null : (
                    <>
                      {' '}
                      <Moment at={parcel.answeredAt} brief />
                    </>
                  )}
                </p>
              </div>
              <div className={styles.row}>
                {parcel.parts
                  .filter(({ kept }) => kept)
                  .map(({ part, bytes }) => (
                    <Button
                      key={part}
                      icon={<FileDown size={16} aria-hidden="true" />}
                      onClick={() => void state.save(parcel, part)}
                    >
                      {parcel.of === 1
                        ? `Save, ${formatBytes(bytes)}`
                        : `Save ${part} of ${parcel.of}, ${formatBytes(bytes)}`}
                    </Button>
                  ))}
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function standing({ way, answeredAt, missing, of, parts }: PackageLine, other: string): string {
  if (way === 'made') return answeredAt === null ? `Not answered by ${other} yet` : 'Answered';
  if (missing.length === 1) return `Part ${missing[0]} of ${of} is missing`;
  if (missing.length > 1)
    return `Parts ${missing.slice(0, -1).join(', ')} and ${missing.at(-1)} of ${of} are missing`;
  if (parts.some(({ state }) => state === 'refused'))
    return 'Could not be taken in: make a file here and send it back';
  return parts.some(({ state }) => state === 'aside') ? 'Kept until what goes before has come' : 'Imported';
}
