import { FileDown, FileUp, TriangleAlert } from 'lucide-react';
import { type ComponentType, type ReactNode, useRef, useState } from 'react';
import type { ImportResult } from '#shared/file-transfer/state.ts';
import { formatCount, formatQuantity } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { ListProblem } from '../../ui/list-problem.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import styles from './file-transfer-panel.module.css';
import type { FileTransferSource, FileTransferLabels } from './file-transfer-source.ts';
import { KeyPart } from './key-part.tsx';
import { PackageList } from './package-list.tsx';
import { type FileTransferState, type TransferMessage, useFileTransfer } from './use-file-transfer.ts';

const sizes = [
  { value: '1000000', label: '1 MB' },
  { value: '5000000', label: '5 MB' },
  { value: '10000000', label: '10 MB' },
  { value: '25000000', label: '25 MB' },
] as const;
type Size = (typeof sizes)[number]['value'];

export interface FileTransferProps {
  source: FileTransferSource;
  words: FileTransferLabels;
  /** What waits besides, and does not travel in files, in one sentence; null for nothing. */
  besides: string | null;
  /** An instant as this page shows them. */
  Moment: ComponentType<{ at: string; brief?: boolean }>;
}

/** Changes that travel in files while there is no link: made here, taken in here, and the keys that keep them safe. */
export function FileTransferPanel({ source, words, besides, Moment }: FileTransferProps): ReactNode {
  const state = useFileTransfer(source);
  const { status, error } = state;
  const late = status?.late ?? null;
  const told = late === null ? state.told : [lateTold(late)];
  const [isOver, setOver] = useState(false);
  if (status === null)
    return error === null ? (
      <p className="visually-hidden" role="status">
        Reading…
      </p>
    ) : (
      <ListProblem title="The files could not be read" error={error} onRetry={state.load}>
        Nothing was changed by this.
      </ListProblem>
    );
  return (
    <div
      className={styles.panel}
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)))
          setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void state.import([...event.dataTransfer.files]);
      }}
    >
      <div className={styles.top}>
        <div className={styles.acts}>
          <ExportPart state={state} words={words} besides={besides} Moment={Moment} />
          <ImportPart state={state} words={words} />
          <div className={styles.told} role="status">
            {told.map(({ tone, text }, index) => (
              <p key={index} className={tone === 'problem' ? styles.problem : styles.done}>
                {tone === 'problem' ? <TriangleAlert size={16} aria-hidden="true" /> : null}
                <span>{text}</span>
              </p>
            ))}
          </div>
        </div>
        <KeyPart state={state} status={status} words={words} Moment={Moment} />
      </div>
      <PackageList state={state} parcels={status.parcels} words={words} Moment={Moment} />
    </div>
  );
}

function ExportPart({
  state,
  words,
  besides,
  Moment,
}: { state: FileTransferState } & Pick<FileTransferProps, 'words' | 'besides' | 'Moment'>): ReactNode {
  const [size, setSize] = useState<Size>('5000000');
  const { status, doing } = state;
  if (status === null) return null;
  const { changes, inFile } = status.waiting;
  const isBusy = doing !== null || status.busy !== null;
  return (
    <section aria-label="Export" className={styles.part}>
      <h2 className={styles.heading}>
        {changes === 0
          ? `${besides === null ? 'Nothing waits' : 'No changes wait'} for ${words.other}`
          : `${formatQuantity(changes, 'change')} for ${words.other}`}
      </h2>
      <p className={styles.muted}>
        {inFile === null ? null : (
          <>
            {formatCount(inFile.changes)} of them were in the file of <Moment at={inFile.madeAt} brief />,
            which has not been answered.{' '}
          </>
        )}
        {changes === 0
          ? `A file still says what is held here, so that ${words.other} can tell that both agree.`
          : `They stay in the queue until ${words.other} has confirmed them, by a file or over the link.`}
      </p>
      {besides === null ? null : <p className={styles.muted}>{besides}</p>}
      <div className={styles.row}>
        <div className={styles.size}>
          <SelectField label="At most, each file" value={size} choices={sizes} onChange={setSize} />
        </div>
        <Button
          look="primary"
          icon={<FileDown size={16} aria-hidden="true" />}
          disabled={isBusy || status.peer === null}
          onClick={() => void state.export(Number(size))}
        >
          {status.busy === 'export' || doing === 'export' ? 'Making the file…' : 'Export changes…'}
        </Button>
      </div>
      {status.peer === null ? (
        <p className={styles.muted}>
          The key of {words.other} is not known here yet. Without it no file can be made that only they can
          read.
        </p>
      ) : null}
    </section>
  );
}

function ImportPart({ state, words }: { state: FileTransferState; words: FileTransferLabels }): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const { status, doing } = state;
  const isBusy = doing === 'import' || status?.busy === 'import';
  return (
    <section aria-label="Import" className={styles.part}>
      <p className={styles.muted}>
        Files from {words.other}, in any order and as often as you like: drop them anywhere here, or choose
        them.
      </p>
      <div className={styles.row}>
        <Button
          icon={<FileUp size={16} aria-hidden="true" />}
          disabled={isBusy}
          onClick={() => input.current?.click()}
        >
          {isBusy ? 'Taking it in…' : 'Import file…'}
        </Button>
        <input
          ref={input}
          className="visually-hidden"
          type="file"
          multiple
          tabIndex={-1}
          aria-label="Files to import"
          onChange={(event) => {
            const files = [...(event.target.files ?? [])];
            event.target.value = '';
            if (files.length > 0) void state.import(files);
          }}
        />
      </div>
    </section>
  );
}

/** What became of a file that took longer than a call is kept waiting. */
function lateTold({ outcome, message }: ImportResult): TransferMessage {
  return { tone: outcome === 'refused' ? 'problem' : 'done', text: message };
}
