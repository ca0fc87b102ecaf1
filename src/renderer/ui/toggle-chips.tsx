import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { type ReactNode, useId } from 'react';
import type { Choice } from './select-field.tsx';
import styles from './toggle-chips.module.css';

/** Any of a few values, all of them in sight. None pressed means all. */
export function ToggleChips<T extends string>(props: {
  label: string;
  value: readonly T[];
  choices: readonly Choice<T>[];
  onChange: (value: readonly T[]) => void;
}): ReactNode {
  const { label, value, choices, onChange } = props;
  const id = useId();
  return (
    <div className={styles.field}>
      <span id={id} className={styles.label}>
        {label}
      </span>
      <ToggleGroup
        className={styles.group}
        aria-labelledby={id}
        multiple
        value={value}
        onValueChange={(pressed: readonly string[]) =>
          onChange(choices.map((choice) => choice.value).filter((candidate) => pressed.includes(candidate)))
        }
      >
        {choices.map((choice) => (
          <Toggle key={choice.value} value={choice.value} className={styles.toggle}>
            {choice.icon}
            {choice.label}
          </Toggle>
        ))}
      </ToggleGroup>
    </div>
  );
}
