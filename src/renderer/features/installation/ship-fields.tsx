import type { ReactNode } from 'react';
import { ComboField } from '../../ui/combo-field.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import type { InstallationForm, Problems } from './installation-form.ts';
import styles from './installation.module.css';

export interface FieldsProps {
  form: InstallationForm;
  problems: Problems;
  /** Settings that the command line says for this run, and its option, by their name. */
  overridden: Readonly<Record<string, string>>;
  onChange: (change: Partial<InstallationForm>) => void;
}

/** What is said of a field that cannot be changed here. */
export function overrideText(option: string): string {
  return `Set by ${option} on the command line for this run.`;
}

/** Which ship this is, and which computer on it. */
export function ShipFields(
  props: FieldsProps & {
    /** Said under the ship's id. */
    idHint: string;
    /** Said under the ship's name, where it is something else than usual. */
    nameHint?: string | undefined;
    isIdFixed: boolean;
    isNameFixed?: boolean;
    onName: (name: string) => void;
    onId: (id: string) => void;
  },
): ReactNode {
  const { form, problems, overridden, onChange, idHint, isIdFixed, isNameFixed = false } = props;
  const hint = (name: string, usual: string): string => {
    const option = overridden[name];
    return option === undefined ? usual : overrideText(option);
  };
  const isFree = (name: string): boolean => overridden[name] === undefined;
  return (
    <div className={styles.fields}>
      <Field
        label="Ship’s name"
        error={problems['name']}
        hint={hint('name', props.nameHint ?? 'As painted on her bow')}
      >
        {(ids) => (
          <TextInput
            {...ids}
            data-field="name"
            value={form.name}
            maxLength={80}
            readOnly={isNameFixed || !isFree('name')}
            onChange={(event) => props.onName(event.target.value)}
          />
        )}
      </Field>
      <Field label="Ship’s id" error={problems['vessel']} hint={hint('vessel', idHint)}>
        {(ids) => (
          <TextInput
            {...ids}
            data-field="vessel"
            value={form.vessel}
            maxLength={40}
            spellCheck={false}
            readOnly={isIdFixed || !isFree('vessel')}
            onChange={(event) => props.onId(event.target.value)}
          />
        )}
      </Field>
      <Field
        label="This computer"
        error={problems['device']}
        hint={hint('device', 'Stands beside every change made here, such as Bridge PC')}
      >
        {(ids) => (
          <TextInput
            {...ids}
            data-field="device"
            value={form.device}
            maxLength={60}
            readOnly={!isFree('device')}
            onChange={(event) => onChange({ device: event.target.value })}
          />
        )}
      </Field>
      {isFree('timeZone') ? (
        <ComboField
          label="Ship’s time zone"
          value={form.timeZone === '' ? null : { id: form.timeZone, label: form.timeZone }}
          placeholder="Europe/Oslo, Etc/GMT-8 …"
          error={problems['timeZone']}
          below={<p className={styles.note}>Etc/GMT-8 is 8 hours ahead of UTC.</p>}
          find={(words) => Promise.resolve(zonesWith(words).map((zone) => ({ id: zone, label: zone })))}
          onChange={(zone) => onChange({ timeZone: zone?.id ?? '' })}
        />
      ) : (
        <Field label="Ship’s time zone" hint={hint('timeZone', '')}>
          {(ids) => <TextInput {...ids} value={form.timeZone} readOnly />}
        </Field>
      )}
    </div>
  );
}

/** At sea clocks are set by whole hours; `Intl` does not list these, and knows them. */
const atSea = [
  'UTC',
  ...Array.from({ length: 14 }, (_, hour) => `Etc/GMT-${hour + 1}`),
  ...Array.from({ length: 12 }, (_, hour) => `Etc/GMT+${hour + 1}`),
];
const mostShown = 60;

function zonesWith(words: string): string[] {
  const wanted = words.trim().toLowerCase().replaceAll(' ', '_');
  return [...atSea, ...Intl.supportedValuesOf('timeZone')]
    .filter((zone) => zone.toLowerCase().includes(wanted))
    .slice(0, mostShown);
}
