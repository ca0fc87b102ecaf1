import { ArchiveRestore } from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import type { Bridge } from '#shared/contract/bridge.ts';
import type { CopyNote } from '#shared/contract/copies.ts';
import type { CopyToRestore } from '#shared/contract/installation.ts';
import { formatBytes, formatQuantity, shipTime } from '../../lib/format.ts';
import { messageOf } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import styles from './installation.module.css';

/** A ship whose computer was lost begins with a copy of her database, where somebody has one. */
export function CopyChoice(props: {
  ask: Bridge['installation'];
  /** What was chosen and read; null for nothing. */
  copy: CopyToRestore | null;
  /** Chosen before ARUS was closed, and to be chosen again; null where it need not be. */
  forgotten: string | null;
  timeZone: string;
  isReading: boolean;
  onReading: (isReading: boolean) => void;
  onTaken: (copy: CopyToRestore) => void;
  onLeft: () => void;
}): ReactNode {
  const { ask, copy, forgotten, timeZone, isReading, onReading, onTaken, onLeft } = props;
  const [problem, setProblem] = useState<string | null>(null);
  const choose = useRef<HTMLButtonElement>(null);
  const id = useId();

  const take = async (): Promise<void> => {
    setProblem(null);
    onReading(true);
    try {
      const answer = await ask({ ask: 'choose copy' });
      if (answer.said === 'refused') setProblem(answer.words);
      if (answer.said === 'copy' && answer.copy !== null) onTaken(answer.copy);
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      onReading(false);
    }
  };
  const leave = async (): Promise<void> => {
    setProblem(null);
    try {
      await ask({ ask: 'leave copy' });
      if (!isReading) onLeft();
    } catch (error) {
      setProblem(messageOf(error));
    }
    // The button that was pressed is gone.
    choose.current?.focus();
  };
  const again =
    forgotten === null
      ? null
      : `${forgotten} was chosen before ARUS was closed, and is not kept. Choose it again, or leave it out.`;
  const told = problem ?? (isReading || copy !== null ? null : again);
  return (
    <div className={styles.copy}>
      <div className={styles.trial}>
        <Button
          ref={choose}
          data-field="copy"
          icon={<ArchiveRestore size={16} aria-hidden="true" />}
          aria-describedby={`${id}-about`}
          aria-disabled={isReading}
          onClick={() => void (isReading ? null : take())}
        >
          {copy === null ? 'Restore her from a copy…' : 'Choose another copy…'}
        </Button>
        {isReading || copy !== null || forgotten !== null ? (
          <Button onClick={() => void leave()}>{isReading ? 'Stop' : 'Leave it out'}</Button>
        ) : null}
        <p id={`${id}-about`} role="status" className={styles.note}>
          {isReading
            ? 'Choose the file. Then it is read, and all of it is checked: that takes a while from a slow stick.'
            : copy === null
              ? 'Where her computer was lost: a file such as daily-….db in “ARUS copies” on the second place’s disk or stick.'
              : 'It was read into this computer. The disk or stick may be taken out.'}
        </p>
      </div>
      {told === null ? null : (
        <p className={styles.problem} role="alert">
          {told}
        </p>
      )}
      {copy === null ? null : <Preview copy={copy} timeZone={timeZone} />}
    </div>
  );
}

const noteLabels: Readonly<Record<CopyNote, string>> = {
  same: 'Every page and every change of it, here and just now. It is byte for byte what was checked when it was made.',
  changed:
    'Every page and every change of it, here and just now, and it holds together. But it was changed after it was made, as the note beside it shows: ask who had it in hand.',
  none: 'Every page and every change of it, here and just now. There is no note beside it of what was found when it was made.',
};

function Preview({ copy, timeZone }: { copy: CopyToRestore; timeZone: string }): ReactNode {
  const time = shipTime(timeZone);
  const { lastChange } = copy;
  return (
    <section className={styles.preview} aria-label="What is in the copy">
      <Facts>
        <Fact name="Ship">{copy.name === null ? copy.vessel : `${copy.name} (${copy.vessel})`}</Fact>
        <Fact name="Made">
          <time dateTime={copy.madeAt} title={time.utc(copy.madeAt)}>
            {time.instant(copy.madeAt)}
          </time>
        </Fact>
        <Fact name="In it">
          {formatQuantity(copy.orders, 'work order')}, {formatQuantity(copy.records, 'record')} in all,{' '}
          {formatQuantity(copy.changes, 'change')}
        </Fact>
        <Fact name="Last change">
          {lastChange === null
            ? 'None'
            : `${time.instant(lastChange.at)} by ${lastChange.by} (${lastChange.device})`}
        </Fact>
        <Fact name="File">
          {copy.file}, {formatBytes(copy.bytes)}
        </Fact>
        <Fact name="Checked">{noteLabels[copy.asMade]}</Fact>
      </Facts>
      <p>
        <strong>In no copy:</strong> what was written after it was made, the contents of photos and files, the
        keys for files by hand, and the password for the broker. With an office, what it holds of this ship
        beyond the copy comes back over the link.
      </p>
      <p>
        Only where the computer that it was made on is out of use: two computers must not work as one ship.
      </p>
      {copy.isSomethingHere ? (
        <p>There is a database on this computer already. It is kept as a copy.</p>
      ) : null}
    </section>
  );
}
