import { type ReactNode, useState } from 'react';
import type { CopiesList, SecondPlace } from '#shared/contract/copies.ts';
import { useAppServices } from '../../lib/app-services/context.ts';
import { messageOf } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { When } from '../../ui/when.tsx';
import styles from './copies-page.module.css';

/** The folder outside this computer's disk to which each copy goes too. */
export function SecondPlacePart(props: {
  place: SecondPlace | null;
  onList: (list: CopiesList) => void;
}): ReactNode {
  const { place, onList } = props;
  const { transport, notices } = useAppServices();
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const set = (folder: string | null): void => {
    setProblem(null);
    transport.call('copies.setSecondPlace', { folder }).then(
      (list) => {
        onList(list);
        setTyped('');
        notices.say(
          folder === null ? 'There is no second place any more.' : 'The newest copy goes there now.',
        );
      },
      (error: unknown) => setProblem(messageOf(error)),
    );
  };
  return (
    <section className={styles.part} aria-label="The second place">
      <h2 className={styles.title}>A second place</h2>
      {place === null ? (
        <>
          <p className={styles.muted}>
            Copies on this computer go with it when its disk fails. Name a folder on a USB stick or a network
            drive, and each copy goes there too.
          </p>
          <form
            className={styles.form}
            onSubmit={(event) => {
              event.preventDefault();
              if (typed.trim() !== '') set(typed);
            }}
          >
            <Field
              label="Folder"
              error={problem ?? undefined}
              hint="Its whole name, e.g. E:\ARUS or /media/stick"
              wide
            >
              {(ids) => (
                <TextInput
                  {...ids}
                  value={typed}
                  maxLength={500}
                  spellCheck={false}
                  onChange={(event) => setTyped(event.target.value)}
                />
              )}
            </Field>
            <Button type="submit" disabled={typed.trim() === ''}>
              Copy there too
            </Button>
          </form>
        </>
      ) : (
        <>
          <p>
            <span className={styles.path}>{place.folder}</span>
          </p>
          <Standing place={place} />
          {problem === null ? null : (
            <p className={styles.problem} role="alert">
              {problem}
            </p>
          )}
          <div className={styles.row}>
            <Button onClick={() => set(null)}>Use no second place</Button>
          </div>
        </>
      )}
    </section>
  );
}

function Standing({ place }: { place: SecondPlace }): ReactNode {
  const { trouble, newestAt, reachedAt } = place;
  if (trouble !== null) return <p className={styles.problem}>{trouble}</p>;
  if (reachedAt === null || newestAt === null)
    return (
      <p className={styles.muted}>It has not been reached yet; the newest copy goes there in a moment.</p>
    );
  return (
    <p className={styles.muted}>
      The copy of <When at={newestAt} brief /> lies there, read back and found the same. It was last reached
      at <When at={reachedAt} brief />.
    </p>
  );
}
