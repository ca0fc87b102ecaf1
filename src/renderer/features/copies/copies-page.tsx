import { Copy } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { CopiesList } from '#shared/contract/copies.ts';
import { useAppServices } from '../../lib/app-services/context.ts';
import { formatBytes, formatCount, formatQuantity } from '../../lib/format.ts';
import { messageOf } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { ListProblem } from '../../ui/list-problem.tsx';
import { When } from '../../ui/when.tsx';
import styles from './copies-page.module.css';
import { CopyList } from './copy-list.tsx';
import { doingLabels } from './copy-labels.ts';
import { SecondPlacePart } from './second-place.tsx';
import { useCopies } from './use-copies.ts';

/** Copies of this computer's database: when the last one was made, where they lie, and the way back to one. */
export function CopiesPage(): ReactNode {
  const { list, error, retry, take } = useCopies();
  if (list === null)
    return error === null ? (
      <p className="visually-hidden" role="status">
        Reading…
      </p>
    ) : (
      <ListProblem title="The copies could not be read" error={error} onRetry={retry}>
        Those that were made lie where they were.
      </ListProblem>
    );
  return (
    <div className={styles.page}>
      <div className={styles.section}>
        <NewestPart list={list} onList={take} />
        <SecondPlacePart place={list.secondPlace} onList={take} />
      </div>
      <CopyList items={list.items} />
    </div>
  );
}

function NewestPart({ list, onList }: { list: CopiesList; onList: (list: CopiesList) => void }): ReactNode {
  const { transport } = useAppServices();
  const [problem, setProblem] = useState<string | null>(null);
  const newest = list.items.find(({ state }) => state === 'checked');
  const isMaking = list.doing === 'copying' || list.doing === 'checking';
  const make = (): void => {
    setProblem(null);
    transport.call('copies.make', {}).then(onList, (error: unknown) => setProblem(messageOf(error)));
  };
  return (
    <section className={styles.part} aria-label="The newest copy">
      <h2 className={styles.title}>Copies of this computer’s database</h2>
      {newest === undefined ? (
        <p>
          There is no checked copy yet. One is made by itself soon after ARUS starts, and every day after
          that.
        </p>
      ) : (
        <p>
          The newest checked copy is of <When at={newest.at} brief />, with{' '}
          {formatQuantity(newest.contents?.orders ?? 0, 'work order')}. It was opened, and its journal gives
          exactly its {formatCount(newest.contents?.records ?? 0)} records; its file was last read and found
          unchanged at <When at={newest.checkedAt ?? newest.at} brief />. The next one is made by itself at{' '}
          <When at={list.nextAt} brief />.
        </p>
      )}
      {list.trouble === null ? null : (
        <p className={styles.problem} role="alert">
          {list.trouble}
        </p>
      )}
      {problem === null ? null : (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.row}>
        <Button icon={<Copy size={16} aria-hidden="true" />} disabled={isMaking} onClick={make}>
          Make a copy now
        </Button>
        <p className={styles.muted} role="status">
          {list.doing === null ? '' : doingLabels[list.doing]}
        </p>
      </div>
      <p className={styles.muted}>
        A copy holds the records, their history and what waits for shore. {attachmentText(list.attachments)}{' '}
        Nor are the keys for files by hand; both stay where they are when a copy is put back. The copies lie
        in <span className={styles.path}>{list.folder}</span>, {formatBytes(sizeOf(list))} in all: seven days,
        four weeks, the last three before updates and the last three by hand.
      </p>
    </section>
  );
}

const sizeOf = ({ items }: CopiesList): number => items.reduce((sum, { bytes }) => sum + bytes, 0);

function attachmentText({ files, onlyHere }: CopiesList['attachments']): string {
  if (files === 0) return 'Photos and files would not be in it; there are none on this computer.';
  const lacking =
    onlyHere === 0 ? 'shore holds all of them' : `shore does not hold ${formatCount(onlyHere)} of them yet`;
  return `The ${formatQuantity(files, 'photo or file', 'photos and files')} on this computer are not in it; ${lacking}.`;
}
