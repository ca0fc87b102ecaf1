import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { CopyPreview } from '#shared/contract/copies.ts';
import { useAppServices } from '../../lib/app-services/context.ts';
import { formatCount } from '../../lib/format.ts';
import { messageOf } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Question } from '../../ui/question.tsx';
import { When } from '../../ui/when.tsx';
import styles from './copies-page.module.css';
import { sinceText } from './copy-labels.ts';

/** What is in a copy, what is here and not in it, and the word to go back to it. */
export function CopyPreviewPart({ name, onClose }: { name: string; onClose: () => void }): ReactNode {
  const { transport, notices } = useAppServices();
  const [preview, setPreview] = useState<CopyPreview | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isAsked, setAsked] = useState(false);
  const read = useCallback(() => {
    transport
      .call('copies.preview', { name })
      .then(setPreview, (error: unknown) => setProblem(messageOf(error)));
  }, [transport, name]);
  useEffect(read, [read]);
  const lookAgain = (): void => {
    setProblem(null);
    setPreview(null);
    read();
  };

  const goBack = (token: string): void => {
    setAsked(false);
    transport.call('copies.restore', { name, token }).then(
      () => {
        notices.say('ARUS starts anew on the copy. It takes a few seconds.');
        onClose();
      },
      (error: unknown) => {
        setProblem(messageOf(error));
        setPreview(null);
      },
    );
  };
  if (preview === null)
    return (
      <div className={styles.preview}>
        {problem === null ? (
          <p role="status">Reading the copy, and comparing it with what is here…</p>
        ) : (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        )}
        <div className={styles.row}>
          {problem === null ? null : <Button onClick={lookAgain}>Look again</Button>}
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </div>
    );
  const { copy, here, since, token } = preview;
  const words = sinceText(since);
  return (
    <section className={styles.preview} aria-label="Going back to this copy">
      <Facts>
        <Fact name="In the copy">
          {formatCount(copy.contents?.orders ?? 0)} work orders, last change{' '}
          <LastChange change={copy.contents?.lastChange ?? null} />
        </Fact>
        <Fact name="Here now">
          {here.isReadable ? (
            <>
              {formatCount(here.orders ?? 0)} work orders, last change <LastChange change={here.lastChange} />
            </>
          ) : (
            'The database cannot be read. What follows is as it was known last.'
          )}
        </Fact>
      </Facts>
      {words.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <div className={styles.row}>
        <Button look="primary" onClick={() => setAsked(true)}>
          Go back to it…
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
      <Question
        isOpen={isAsked}
        title="Go back to this copy?"
        yes="Go back to it"
        no="Cancel"
        onYes={() => goBack(token)}
        onNo={() => setAsked(false)}
      >
        <p>
          The records on this computer become those of <When at={copy.at} />. {words.join(' ')} What is here
          now is kept as a copy first{here.isReadable ? '' : ', as it is'}. ARUS starts anew for that, on
          every screen of this computer; save what you are typing first.
        </p>
      </Question>
    </section>
  );
}

function LastChange({ change }: { change: CopyPreview['here']['lastChange'] }): ReactNode {
  if (change === null) return 'none';
  return (
    <>
      <When at={change.at} brief /> by {change.by} ({change.device})
    </>
  );
}
