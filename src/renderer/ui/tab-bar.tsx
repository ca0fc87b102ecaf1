import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { ReactNode } from 'react';
import styles from './tab-bar.module.css';

export interface TabChoice<T extends string> {
  value: T;
  label: string;
  /** A figure beside the word; null while it is not known. */
  count?: string | null;
}

/** One of a few lists, each with its count. `value` is null when none of them is what is shown. */
export function TabBar<T extends string>(props: {
  label: string;
  value: T | null;
  tabs: readonly TabChoice<T>[];
  onChange: (value: T) => void;
}): ReactNode {
  const { label, value, tabs, onChange } = props;
  return (
    <ToggleGroup
      className={styles.bar}
      aria-label={label}
      value={value === null ? [] : [value]}
      onValueChange={(pressed: readonly string[]) => {
        const chosen = tabs.find((tab) => pressed.includes(tab.value));
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      {tabs.map((tab) => (
        <Toggle key={tab.value} value={tab.value} className={styles.tab}>
          {tab.label}
          {tab.count === undefined || tab.count === null ? null : (
            <span className={styles.count}>{tab.count}</span>
          )}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
