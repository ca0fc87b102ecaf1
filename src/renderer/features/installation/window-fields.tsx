import { type ReactNode, useId } from 'react';
import type { InstallationForm } from './installation-form.ts';
import styles from './installation.module.css';
import { overrideText } from './ship-fields.tsx';

/** How the app behaves on this computer. */
export function WindowFields(props: {
  form: InstallationForm;
  overridden: Readonly<Record<string, string>>;
  onChange: (change: Partial<InstallationForm>) => void;
}): ReactNode {
  const { form, overridden, onChange } = props;
  const { startAtBoot } = form;
  return (
    <div className={styles.checks}>
      {startAtBoot === null ? null : (
        <Check
          label="Start with the computer"
          about="ARUS opens when its user logs on."
          checked={startAtBoot}
          onChange={(on) => onChange({ startAtBoot: on })}
        />
      )}
      <Check
        label="Keep ARUS at work when its window is closed"
        about="It goes on exchanging with the office. Quit is in the menu."
        option={overridden['closeToTray']}
        checked={form.closeToTray}
        onChange={(on) => onChange({ closeToTray: on })}
      />
      <Check
        label="Draw with the graphics card"
        about="Switch it off where the window flickers, stays black or closes by itself."
        option={overridden['hardwareAcceleration']}
        checked={form.hardwareAcceleration}
        onChange={(on) => onChange({ hardwareAcceleration: on })}
      />
    </div>
  );
}

function Check(props: {
  label: string;
  about: string;
  option?: string | undefined;
  checked: boolean;
  onChange: (on: boolean) => void;
}): ReactNode {
  const { label, about, option, checked, onChange } = props;
  const id = useId();
  return (
    <label className={styles.check} htmlFor={id}>
      <input
        id={id}
        type="checkbox"
        aria-labelledby={`${id}-name`}
        aria-describedby={`${id}-about`}
        checked={checked}
        disabled={option !== undefined}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        <span id={`${id}-name`}>{label}</span>
        <span id={`${id}-about`} className={styles.about}>
          {option === undefined ? about : overrideText(option)}
        </span>
      </span>
    </label>
  );
}
