import { Copy, Save } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { FileTransferStatus } from '#shared/file-transfer/state.ts';
import { Button } from '../../ui/button.tsx';
import { Field, TextArea } from '../../ui/field.tsx';
import styles from './file-transfer-panel.module.css';
import type { FileTransferProps } from './file-transfer-panel.tsx';
import { save } from './file-transfer-source.ts';
import type { FileTransferState } from './use-file-transfer.ts';

type Props = { state: FileTransferState; status: FileTransferStatus } & Pick<
  FileTransferProps,
  'words' | 'Moment'
>;

/** Both ends' keys: what to read out, what to hand over, and what to compare. */
export function KeyPart({ state, status, words, Moment }: Props): ReactNode {
  const { own, peer, offered } = status;
  const [isTyping, setTyping] = useState(false);
  const [copied, setCopied] = useState<'yes' | 'refused' | null>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(own.text);
      setCopied('yes');
    } catch {
      // Also where there is no clipboard at all: a browser has one only on this computer or over https.
      setCopied('refused');
    }
  };
  return (
    <section aria-label="Keys" className={styles.part}>
      <h2 className={styles.heading}>Keys</h2>
      <dl className={styles.keys}>
        <dt>Of {words.own}</dt>
        <dd className={styles.fingerprint}>{own.fingerprint}</dd>
        <dt>Of {words.other}</dt>
        <dd className={peer === null ? styles.muted : styles.fingerprint}>
          {peer === null ? 'Not known yet' : peer.fingerprint}
          {peer === null ? null : (
            <span className={styles.how}>
              {peer.how === 'link' ? 'came over the link' : 'taken over by hand'},{' '}
              <Moment at={peer.at} brief />
            </span>
          )}
        </dd>
      </dl>
      {offered === null || state.key !== null ? null : (
        <div className={styles.offered} role="alert">
          <p>
            {capital(words.other)} shows another key since <Moment at={offered.at} brief />:{' '}
            <span className="tabular">{offered.fingerprint}</span>. Files are still checked with the known
            one.
          </p>
          <Button onClick={() => void state.readKey(offered.text)}>Compare and take over…</Button>
        </div>
      )}
      {state.key === null ? null : <Comparison state={state} words={words} />}
      <div className={styles.row}>
        <Button icon={<Copy size={16} aria-hidden="true" />} onClick={() => void copy()}>
          Copy own key
        </Button>
        <Button
          icon={<Save size={16} aria-hidden="true" />}
          onClick={() => save('arus-key.txt', new Blob([`${own.text}\n`], { type: 'text/plain' }))}
        >
          Save own key
        </Button>
        <Button look="quiet" aria-expanded={isTyping} onClick={() => setTyping(!isTyping)}>
          Paste a key…
        </Button>
      </div>
      {copied === null ? null : <Copied isRefused={copied === 'refused'} text={own.text} />}
      {isTyping ? (
        <KeyField
          words={words.other}
          onRead={(text) => {
            setTyping(false);
            void state.readKey(text);
          }}
        />
      ) : null}
    </section>
  );
}

/** What came of copying; where it was refused, the text itself for a hand to copy. */
function Copied({ isRefused, text }: { isRefused: boolean; text: string }): ReactNode {
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!isRefused) return;
    area.current?.focus();
    area.current?.select();
  }, [isRefused]);
  if (!isRefused)
    return (
      <p role="status" className={styles.done}>
        Copied.
      </p>
    );
  return (
    <div className={styles.copyByHand}>
      <p role="alert">
        This screen may not put anything on the clipboard. The key below is selected: copy it from there
        (Ctrl+C, ⌘C on a Mac), or save it.
      </p>
      <Field label="Own key">
        {(ids) => (
          <TextArea
            {...ids}
            ref={area}
            readOnly
            rows={3}
            value={text}
            onFocus={({ currentTarget }) => currentTarget.select()}
          />
        )}
      </Field>
    </div>
  );
}

function Comparison({ state, words }: { state: FileTransferState; words: Props['words'] }): ReactNode {
  const { key } = state;
  if (key === null) return null;
  return (
    <div className={styles.offered} role="group" aria-label="Key to compare">
      <p>
        Ask {words.other} by voice to read out the fingerprint of their own key. Take this one over only if
        every digit is the same:
      </p>
      <p className={styles.fingerprint}>{key.fingerprint}</p>
      <div className={styles.row}>
        <Button look="primary" onClick={() => void state.trust()}>
          It is the same, take over
        </Button>
        <Button look="quiet" onClick={state.forgetKey}>
          Not now
        </Button>
      </div>
    </div>
  );
}

function KeyField({ words, onRead }: { words: string; onRead: (text: string) => void }): ReactNode {
  const [text, setText] = useState('');
  return (
    <form
      className={styles.part}
      onSubmit={(event) => {
        event.preventDefault();
        onRead(text);
      }}
    >
      <Field label={`Key of ${words}, from arus-key-1 to the end`}>
        {(ids) => (
          <TextArea
            {...ids}
            rows={3}
            maxLength={400}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className={styles.row}>
        <Button type="submit" disabled={text.trim() === ''}>
          Read key
        </Button>
      </div>
    </form>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
