import { Select } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { Field } from './field.tsx';
import styles from './popup-list.module.css';

export interface Choice<T extends string> {
  value: T;
  label: string;
  icon?: ReactNode;
}

/** One of a few values, chosen from a list. */
export function SelectField<T extends string>(props: {
  label: string;
  value: T;
  choices: readonly Choice<T>[];
  onChange: (value: T) => void;
  error?: string | undefined;
  below?: ReactNode;
}): ReactNode {
  const { label, value, choices, onChange, error, below } = props;
  return (
    <Field label={label} error={error} below={below}>
      {(ids) => (
        <Select.Root
          items={choices.map((choice) => ({ value: choice.value, label: choice.label }))}
          value={value}
          onValueChange={(next) => {
            const chosen = choices.find((choice) => choice.value === next);
            if (chosen !== undefined) onChange(chosen.value);
          }}
          modal={false}
        >
          <Select.Trigger className={styles.trigger} {...ids}>
            {choices.find((choice) => choice.value === value)?.icon}
            <Select.Value className={styles.value} />
            <Select.Icon className={styles.chevron}>
              <ChevronsUpDown size={16} aria-hidden="true" />
            </Select.Icon>
          </Select.Trigger>
          <Select.Portal>
            <Select.Positioner className={styles.positioner} sideOffset={4} alignItemWithTrigger={false}>
              <Select.Popup className={styles.popup}>
                <Select.List className={styles.list}>
                  {choices.map((choice) => (
                    <Select.Item key={choice.value} value={choice.value} className={styles.item}>
                      {choice.icon}
                      <Select.ItemText className={styles.itemText}>{choice.label}</Select.ItemText>
                      <Select.ItemIndicator className={styles.indicator}>
                        <Check size={16} aria-hidden="true" />
                      </Select.ItemIndicator>
                    </Select.Item>
                  ))}
                </Select.List>
              </Select.Popup>
            </Select.Positioner>
          </Select.Portal>
        </Select.Root>
      )}
    </Field>
  );
}
