import type { ReactNode } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import type { LinkMode, LinkPolicy } from '#shared/link-policy/policy.ts';
import { Button } from '../../ui/button.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import styles from './link-page.module.css';
import type { PolicyForm, ProfileForm } from './policy-form-values.ts';

const modes: readonly { value: LinkMode; label: string }[] = [
  { value: 'always', label: 'Always on' },
  { value: 'on_demand', label: 'On demand' },
  { value: 'windows', label: 'In windows' },
];

const modeHints: Readonly<Record<LinkMode, string>> = {
  always: 'Stays connected; pings cost bytes while nothing is sent.',
  on_demand: 'Closed until someone says Send now; closes when everything is sent.',
  windows: 'Open at these hours; in between only as said below.',
};

/** Everything that is said of one link. */
export function ProfileFields(props: {
  form: UseFormReturn<PolicyForm, unknown, LinkPolicy>;
  /** Which of the links. */
  place: number;
  /** The network's router as it is now. */
  router: string | null;
}): ReactNode {
  const { form, place, router } = props;
  const at = <N extends keyof ProfileForm>(name: N) => `profiles.${place}.${name}` as const;
  const errorOf = (name: keyof ProfileForm): string | undefined =>
    form.getFieldState(at(name), form.formState).error?.message;
  const mode = form.watch(at('mode'));
  const gateways = form.watch(at('gateways'));
  const number = (
    name: 'longestMinutes' | 'perMb' | 'perMinute' | 'urgent' | 'normal' | 'bulk' | 'overhead',
    label: string,
  ) => (
    <Field label={label} error={errorOf(name)}>
      {(ids) => (
        <TextInput {...ids} className={styles.number} inputMode="decimal" {...form.register(at(name))} />
      )}
    </Field>
  );
  return (
    <>
      <div className={styles.fields}>
        <Field label="Name" error={errorOf('name')}>
          {(ids) => <TextInput {...ids} placeholder="VSAT, L-band, 4G …" {...form.register(at('name'))} />}
        </Field>
        <Field
          label="Router’s addresses"
          error={errorOf('gateways')}
          hint={
            router !== null && !gateways.includes(router) ? (
              <Button
                look="quiet"
                onClick={() =>
                  form.setValue(at('gateways'), gateways.trim() === '' ? router : `${gateways}, ${router}`, {
                    shouldDirty: true,
                  })
                }
              >
                {`Take ${router}`}
              </Button>
            ) : undefined
          }
        >
          {(ids) => (
            <TextInput {...ids} className="tabular" placeholder="None" {...form.register(at('gateways'))} />
          )}
        </Field>
        <SelectField
          label="Mode"
          value={mode}
          choices={modes}
          onChange={(value) => form.setValue(at('mode'), value, { shouldDirty: true })}
          below={<span className={styles.small}>{modeHints[mode]}</span>}
        />
        {mode === 'windows' ? (
          <Field
            label="Windows, ship’s time"
            error={errorOf('windows')}
            hint="Such as 02:00–04:00, 14:00–14:30"
          >
            {(ids) => <TextInput {...ids} className="tabular" {...form.register(at('windows'))} />}
          </Field>
        ) : null}
        {mode === 'always' ? null : (
          <>
            {number('longestMinutes', 'Opened by hand, at most minutes')}
            <label className={styles.check}>
              <input type="checkbox" {...form.register(at('urgentOpens'))} />
              Open for urgent changes
            </label>
          </>
        )}
      </div>
      <h3 className={styles.group}>What it costs</h3>
      <div className={styles.fields}>
        {number('perMb', 'A megabyte')}
        {number('perMinute', 'A minute')}
      </div>
      <h3 className={styles.group}>Budget a month, MB both ways</h3>
      <div className={styles.budgets}>
        {number('urgent', 'Urgent')}
        {number('normal', 'Normal')}
        {number('bulk', 'Bulk')}
        {number('overhead', 'Connection')}
      </div>
      <p className={styles.small}>
        Left empty there is no limit. What is used up waits for the next month; urgent changes never do, their
        budget only warns.
      </p>
    </>
  );
}
