import { type ReactNode, type SubmitEvent, useId, useState } from 'react';
import type { LinkPolicyView } from '#shared/contract/link.ts';
import type { Budgeted } from '#shared/link-policy/policy.ts';
import { useAppServices } from '../../lib/app-services/context.ts';
import { messageOf } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import styles from './budget-list.module.css';

/** Asks why a budget is to go on, and lets it. */
export function LiftStop(props: {
  profileId: string;
  profileName: string;
  budget: Budgeted;
  name: string;
  /** With the node's answer, or null when it was left. */
  onDone: (view: LinkPolicyView | null) => void;
}): ReactNode {
  const { profileId, profileName, budget, name, onDone } = props;
  const services = useAppServices();
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string | undefined>(undefined);
  const titleId = useId();

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (reason.trim().length < 3) {
      setError('Say why, for those who get the bill');
      return;
    }
    if (!(await services.hasActor())) return;
    try {
      onDone(await services.transport.call('link.liftStop', { profileId, budget, reason }));
    } catch (failure) {
      setError(messageOf(failure));
    }
  };
  return (
    <form
      className={styles.lift}
      aria-labelledby={titleId}
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onDone(null);
      }}
    >
      <p id={titleId}>
        {`${name} changes go over ${profileName} again to the end of the month, at its price. Your name and the reason are kept.`}
      </p>
      <Field label="Reason" error={error}>
        {(ids) => (
          <TextInput
            {...ids}
            value={reason}
            maxLength={300}
            // The question was asked by the person who will answer it.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      <div className="button-row">
        <Button type="submit" look="primary">
          Lift the stop
        </Button>
        <Button look="quiet" keys="Esc" onClick={() => onDone(null)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
