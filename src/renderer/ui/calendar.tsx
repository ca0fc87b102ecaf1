import { ChevronLeft, ChevronRight } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { addDays, addMonths, monthGrid } from '../lib/day-entry.ts';
import { formatDay } from '../lib/format.ts';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';
import styles from './date-field.module.css';

const monthName = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long', year: 'numeric' });
const weekdays = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
const steps: Readonly<Record<string, (day: string) => string>> = {
  ArrowLeft: (day) => addDays(day, -1),
  ArrowRight: (day) => addDays(day, 1),
  ArrowUp: (day) => addDays(day, -7),
  ArrowDown: (day) => addDays(day, 7),
  PageUp: (day) => addMonths(day, -1),
  PageDown: (day) => addMonths(day, 1),
};

/** One month; arrows move by day and week, Page up and Page down by month. */
export function Calendar(props: {
  chosen: string | null;
  today: string;
  onChoose: (day: string) => void;
}): ReactNode {
  const { chosen, today, onChoose } = props;
  const [at, setAt] = useState(chosen ?? today);
  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => {
    grid.current?.querySelector<HTMLButtonElement>('button[tabindex="0"]')?.focus();
  }, [at]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setAt(step(at));
  };
  const days = monthGrid(at);
  const weeks = Array.from({ length: 6 }, (_, week) => days.slice(week * 7, week * 7 + 7));
  return (
    <div className={styles.calendar}>
      <div className={styles.month}>
        <Button
          look="quiet"
          iconOnly
          icon={<ChevronLeft size={16} />}
          onClick={() => setAt(addMonths(at, -1))}
        >
          Month before
        </Button>
        <h2 aria-live="polite">{monthName.format(new Date(`${at}T00:00:00Z`))}</h2>
        <Button
          look="quiet"
          iconOnly
          icon={<ChevronRight size={16} />}
          onClick={() => setAt(addMonths(at, 1))}
        >
          Month after
        </Button>
      </div>
      <div ref={grid} role="grid" tabIndex={-1} aria-label="Days" onKeyDown={onKeyDown}>
        <div className={styles.week} role="row">
          {weekdays.map((name) => (
            <span key={name} className={styles.weekday} role="columnheader">
              {name}
            </span>
          ))}
        </div>
        {weeks.map((week) => (
          <div key={week[0]} className={styles.week} role="row">
            {week.map((day) => (
              <span key={day} role="gridcell" aria-selected={day === chosen}>
                <button
                  type="button"
                  tabIndex={day === at ? 0 : -1}
                  aria-label={formatDay(day)}
                  aria-current={day === today ? 'date' : undefined}
                  className={classNames(
                    styles.day,
                    'tabular',
                    day.slice(0, 7) !== at.slice(0, 7) && styles.otherMonth,
                    day === chosen && styles.chosen,
                  )}
                  onClick={() => onChoose(day)}
                >
                  {Number(day.slice(8))}
                </button>
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
