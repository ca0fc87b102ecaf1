import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from './button.tsx';
import { UnkeptNote } from './unkept-note.tsx';
import styles from './form-frame.module.css';

/** A question about what was typed, which stays as it is whatever the answer. */
export interface FormQuestion {
  words: string;
  yes: string;
  no: string;
  onYes: () => void;
  onNo: () => void;
}

/** The frame of a form for a record: its fields, what went wrong, and the two ways out of it. */
export function FormFrame(props: {
  label: string;
  /** `Save`, `Raise order`. */
  action: string;
  discard: string;
  problem: string | null;
  /** Why what is typed would be gone with this page; null where it is kept. */
  unkept?: string | null;
  /** What the person is asked before it is saved; null for nothing. */
  question?: FormQuestion | null;
  /** It is being saved, or there is something to settle first. */
  isBusy: boolean;
  onSubmit: () => Promise<void>;
  onDiscard: () => void;
  children: ReactNode;
}): ReactNode {
  const {
    label,
    action,
    discard,
    problem,
    unkept = null,
    question = null,
    isBusy,
    onSubmit,
    onDiscard,
    children,
  } = props;
  const [isSaving, setSaving] = useState(false);
  const fields = useRef<HTMLDivElement>(null);
  const canSubmit = !isBusy && !isSaving && question === null;

  // What is entered while it is saved would be gone with the form. Nothing loses the focus by this.
  useEffect(() => {
    const place = fields.current;
    if (!isSaving || place === null) return undefined;
    const stop = (event: Event): void => {
      if (event instanceof KeyboardEvent && (event.key === 'Tab' || event.key === 'Escape')) return;
      event.preventDefault();
      event.stopPropagation();
    };
    const kinds = ['beforeinput', 'keydown', 'click'] as const;
    for (const kind of kinds) place.addEventListener(kind, stop, true);
    return () => {
      for (const kind of kinds) place.removeEventListener(kind, stop, true);
    };
  }, [isSaving]);

  const submit = async (): Promise<void> => {
    setSaving(true);
    try {
      await onSubmit();
    } finally {
      setSaving(false);
    }
  };
  return (
    <form
      className={styles.form}
      aria-label={label}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (canSubmit) void submit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && canSubmit) void submit();
      }}
    >
      <div ref={fields} className={styles.fields}>
        {children}
      </div>
      <div className={styles.foot}>
        {problem === null ? null : (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        )}
        <UnkeptNote why={unkept} className={styles.problem} />
        {question === null ? (
          <>
            <Button type="submit" look="primary" disabled={isBusy} keys="Ctrl Enter">
              {action}
            </Button>
            <Button look="quiet" onClick={onDiscard}>
              {discard}
            </Button>
          </>
        ) : (
          <Asked question={question} isBusy={isBusy} />
        )}
      </div>
    </form>
  );
}

/** The question in the place of the buttons that it keeps from being used. */
function Asked({ question, isBusy }: { question: FormQuestion; isBusy: boolean }): ReactNode {
  const { words, yes, no, onYes, onNo } = question;
  const back = useRef<HTMLButtonElement>(null);
  // Who answers by the keyboard stands on what changes nothing.
  useEffect(() => back.current?.focus(), []);
  return (
    <>
      <p className={styles.problem} role="alert">
        {words}
      </p>
      <Button ref={back} onClick={onNo}>
        {no}
      </Button>
      <Button disabled={isBusy} onClick={onYes}>
        {yes}
      </Button>
    </>
  );
}
