import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { Moon, Sun, SunDim } from 'lucide-react';
import type { ReactNode } from 'react';
import { useAppServices, usePreferences } from '../lib/app-services/context.ts';
import { type Theme, themes } from '../lib/app-services/preferences.ts';
import { classNames } from '../ui/class-names.ts';
import { themeLabels } from './commands.ts';
import styles from './theme-switch.module.css';

const themeIcons: Readonly<Record<Theme, ReactNode>> = {
  day: <Sun size={16} aria-hidden="true" />,
  dusk: <SunDim size={16} aria-hidden="true" />,
  night: <Moon size={16} aria-hidden="true" />,
};

/** Day, dusk or night, one touch away: a mate who comes up to a dark bridge has no time for a menu. */
export function ThemeSwitch({ inRow = false }: { inRow?: boolean }): ReactNode {
  const { preferences } = useAppServices();
  const theme = usePreferences((known) => known.theme);
  return (
    <ToggleGroup
      className={classNames(styles.themes, inRow && styles.inRow)}
      aria-label="Theme"
      orientation={inRow ? 'horizontal' : 'vertical'}
      value={[theme]}
      onValueChange={(pressed: readonly string[]) => {
        const next = themes.find((candidate) => pressed.includes(candidate));
        if (next !== undefined) preferences.setTheme(next);
      }}
    >
      {themes.map((one) => (
        <Toggle key={one} value={one} className={styles.theme}>
          {themeIcons[one]}
          {themeLabels[one]}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
