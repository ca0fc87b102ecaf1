import { Plus, Trash2 } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import type { LinkPolicyView } from '#shared/contract/link.ts';
import { linkPolicy } from '#shared/link-policy/policy.ts';
import { useAppServices } from '../../lib/app-services/context.ts';
import { messageOf } from '../../lib/transport/transport.ts';
import { zodResolver } from '../../lib/zod-resolver.ts';
import { Button } from '../../ui/button.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { TabBar } from '../../ui/tab-bar.tsx';
import styles from './link-page.module.css';
import { fieldOf, formText, newProfile, profileOf, toForm, toPolicy } from './policy-form-values.ts';
import { ProfileFields } from './profile-fields.tsx';

const chooseChoices = [
  { value: 'hand', label: 'By hand' },
  { value: 'gateway', label: 'By the router’s address' },
] as const;

/** Sets when which link is used, what it may take and what it costs. Nothing holds before it is saved. */
export function PolicyFormPanel(props: {
  view: LinkPolicyView;
  onSaved: (view: LinkPolicyView) => void;
}): ReactNode {
  const { view, onSaved } = props;
  const services = useAppServices();
  const form = useForm({
    defaultValues: toForm(view.policy),
    resolver: zodResolver(linkPolicy, toPolicy, formText, fieldOf),
  });
  const { isDirty, isSubmitting, errors } = form.formState;
  const [problem, setProblem] = useState<string | null>(null);
  const [place, setPlace] = useState(0);
  const { profiles, chooseBy, profileId } = form.watch();
  const shown = Math.min(place, profiles.length - 1);
  const saved = JSON.stringify(view.policy);

  useEffect(() => {
    // What was set meanwhile at another screen is shown; what is being typed here is not lost by it.
    if (!form.formState.isDirty) form.reset(toForm(view.policy));
    // Only a policy that is another one counts, not each reading of the same.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [form, saved]);

  const submit = form.handleSubmit(
    async (policy) => {
      setProblem(null);
      if (!(await services.hasActor())) return;
      try {
        const next = await services.transport.call('link.setPolicy', { policy });
        form.reset(toForm(next.policy));
        onSaved(next);
        services.notices.say(`Saved. ${next.standing.why}.`);
      } catch (error) {
        setProblem(messageOf(error));
      }
    },
    (wrong) => {
      const first = profileOf(Object.keys(wrong));
      if (first !== null) setPlace(first);
      setProblem('Not saved: check the marked field.');
    },
  );
  const setProfiles = (next: typeof profiles): void =>
    form.setValue('profiles', next, { shouldDirty: true, shouldTouch: true });
  const named = profiles.map(({ id, name }, index) => ({
    value: id,
    label: name.trim() === '' ? `Link ${index + 1}` : name,
  }));

  return (
    <form
      className={styles.section}
      aria-label="How the link may be used"
      noValidate
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit(event);
      }}
    >
      <h2 className={styles.title}>How the link may be used</h2>
      <div className={styles.fields}>
        <SelectField
          label="Choose the link"
          value={chooseBy}
          choices={chooseChoices}
          onChange={(value) => form.setValue('chooseBy', value, { shouldDirty: true })}
          below={<span className={styles.small}>{routerText(view)}</span>}
        />
        <SelectField
          label={chooseBy === 'hand' ? 'Link in use' : 'Where no link has the address'}
          value={profileId}
          choices={named}
          onChange={(value) => form.setValue('profileId', value, { shouldDirty: true })}
          error={errors.profileId?.message}
        />
      </div>
      <div className={styles.links}>
        <TabBar
          label="Link to set"
          value={profiles[shown]?.id ?? null}
          tabs={named}
          onChange={(id) => setPlace(profiles.findIndex((each) => each.id === id))}
        />
        <Button
          look="quiet"
          icon={<Plus size={16} aria-hidden="true" />}
          onClick={() => {
            setProfiles([...form.getValues('profiles'), newProfile(profiles)]);
            setPlace(profiles.length);
          }}
        >
          Add a link
        </Button>
      </div>
      <ProfileFields key={profiles[shown]?.id} form={form} place={shown} router={view.gateway.address} />
      <h3 className={styles.group}>For all links</h3>
      <div className={styles.fields}>
        <Field label="Currency" error={errors.currency?.message}>
          {(ids) => <TextInput {...ids} maxLength={3} {...form.register('currency')} />}
        </Field>
        <Field label="Warn when so much of a budget is used, %" error={errors.warnAtPercent?.message}>
          {(ids) => (
            <TextInput
              {...ids}
              className={styles.number}
              inputMode="numeric"
              {...form.register('warnAtPercent')}
            />
          )}
        </Field>
      </div>
      <div className={styles.foot}>
        {problem === null ? null : (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        )}
        <Button type="submit" look="primary" disabled={isSubmitting || !isDirty} keys="Ctrl Enter">
          Save
        </Button>
        <Button
          look="quiet"
          disabled={!isDirty}
          onClick={() => {
            setProblem(null);
            form.reset(toForm(view.policy));
          }}
        >
          Discard
        </Button>
        {profiles.length > 1 ? (
          <Button
            look="quiet"
            icon={<Trash2 size={16} aria-hidden="true" />}
            onClick={() => {
              const rest = form.getValues('profiles').filter((_, index) => index !== shown);
              setProfiles(rest);
              if (!rest.some(({ id }) => id === profileId))
                form.setValue('profileId', rest[0]?.id ?? '', { shouldDirty: true });
              setPlace(Math.max(0, shown - 1));
            }}
          >
            {`Remove ${named[shown]?.label ?? ''}`}
          </Button>
        ) : null}
      </div>
    </form>
  );
}

function routerText({ gateway }: LinkPolicyView): string {
  if (gateway.error !== null) return gateway.error;
  if (gateway.at === null) return 'The router’s address is not known yet.';
  return gateway.address === null
    ? 'No router leads off this network now.'
    : `Router now: ${gateway.address}`;
}
