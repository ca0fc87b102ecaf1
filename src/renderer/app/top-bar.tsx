import { Moon, Search, Sun, SunDim } from 'lucide-react';
import type { ReactNode } from 'react';
import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { useDesk, usePreferences, useSession } from '../lib/desk/context.ts';
import { type Theme, themes } from '../lib/desk/preferences.ts';
import { ActingPerson } from './acting-person.tsx';
import { themeWords } from './commands.ts';
import { LinkPill } from './link-pill.tsx';
import { SearchBox } from './search-box.tsx';
import { Button } from '../ui/button.tsx';
import styles from './top-bar.module.css';

const themeIcons: Readonly<Record<Theme, ReactNode>> = {
  day: <Sun size={16} aria-hidden="true" />,
  dusk: <SunDim size={16} aria-hidden="true" />,
  night: <Moon size={16} aria-hidden="true" />,
};

export function TopBar({ onPalette }: { onPalette: () => void }): ReactNode {
  const { preferences } = useDesk();
  const theme = usePreferences((known) => known.theme);
  const vessel = useSession((session) => session.vessel);
  return (
    <header className={styles.bar}>
      <SearchBox />
      <Button
        look="quiet"
        iconOnly
        className={styles.palette}
        icon={<Search size={16} />}
        keys="Ctrl K"
        onClick={onPalette}
      >
        Find anything or do anything
      </Button>
      <span
        className={styles.ship}
        title={vessel === null ? undefined : `${vessel.vesselId}, ${vessel.device}`}
      >
        {vessel?.vesselName}
      </span>
      <LinkPill />
      <ActingPerson />
      <ToggleGroup
        className={styles.themes}
        aria-label="Theme"
        value={[theme]}
        onValueChange={(pressed: readonly string[]) => {
          const next = themes.find((candidate) => pressed.includes(candidate));
          if (next !== undefined) preferences.setTheme(next);
        }}
      >
        {themes.map((one) => (
          <Toggle
            key={one}
            value={one}
            className={styles.theme}
            aria-label={`${themeWords[one]} theme`}
            title={`${themeWords[one]} theme`}
          >
            {themeIcons[one]}
          </Toggle>
        ))}
      </ToggleGroup>
    </header>
  );
}
