import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { AttachmentPolicy } from '#shared/contract/attachments.ts';
import { byteText } from '#shared/domain/byte-text.ts';
import { useAppServices } from '../../lib/app-services/context.ts';
import { messageOf } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import styles from './policy-panel.module.css';

interface Setting {
  name: keyof AttachmentPolicy;
  label: string;
  /** From the least to the most that it costs. */
  values: readonly number[];
  words: (value: number) => string;
}

const settings: readonly Setting[] = [
  {
    name: 'longestEdge',
    label: 'Photos are made smaller to',
    values: [1_024, 1_600, 2_400, 4_000],
    words: (value) => `${value} pixels`,
  },
  {
    name: 'quality',
    label: 'JPEG quality',
    values: [0.6, 0.7, 0.8, 0.9],
    words: (value) => `${Math.round(value * 100)} %`,
  },
  {
    name: 'limit',
    label: 'Largest file taken',
    values: [2_000_000, 5_000_000, 10_000_000, 20_000_000],
    words: byteText,
  },
  {
    name: 'fetchUpTo',
    label: 'Comes from shore unasked up to',
    values: [0, 100_000, 500_000, 2_000_000, 10_000_000],
    words: (value) => (value === 0 ? 'Nothing, thumbnails only' : byteText(value)),
  },
];

/** How large photos and documents may be on this computer. What is chosen holds at once. */
export function AttachmentPolicyPanel(): ReactNode {
  const { transport, notices } = useAppServices();
  const [policy, setPolicy] = useState<AttachmentPolicy | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const read = useCallback(() => {
    transport.call('attachments.policy', {}).then(
      (known) => {
        setPolicy(known);
        setProblem(null);
      },
      (error: unknown) => setProblem(messageOf(error)),
    );
  }, [transport]);
  useEffect(read, [read]);

  const choose = ({ name, label, words }: Setting, value: number): void => {
    transport.call('attachments.setPolicy', { [name]: value }).then(
      (set) => {
        setPolicy(set);
        setProblem(null);
        notices.say(`${label} ${words(value)}.`);
      },
      (error: unknown) => setProblem(messageOf(error)),
    );
  };
  return (
    <section className={styles.section} aria-label="Photos and documents">
      <h2 className={styles.title}>Photos and documents</h2>
      {policy === null && problem === null ? (
        <p className="visually-hidden" role="status">
          Reading…
        </p>
      ) : null}
      {policy === null ? null : (
        <div className={styles.fields}>
          {settings.map((setting) => (
            <SelectField
              key={setting.name}
              label={setting.label}
              value={String(policy[setting.name])}
              choices={choicesOf(setting, policy[setting.name])}
              onChange={(value) => choose(setting, Number(value))}
            />
          ))}
        </div>
      )}
      {problem === null ? null : (
        <div className={styles.problem} role="alert">
          <p>{problem}</p>
          <Button onClick={read}>Read again</Button>
        </div>
      )}
    </section>
  );
}

/** A value that was set by other means stands among the usual ones. */
function choicesOf({ values, words }: Setting, now: number): { value: string; label: string }[] {
  return [...new Set([...values, now])]
    .toSorted((a, b) => a - b)
    .map((value) => ({ value: String(value), label: words(value) }));
}
