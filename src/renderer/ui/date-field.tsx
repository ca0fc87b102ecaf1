import { Popover } from '@base-ui/react/popover';
import { CalendarDays } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { parseDay } from '../lib/day-entry.ts';
import { formatDay } from '../lib/format.ts';
import { Calendar } from './calendar.tsx';
import styles from './date-field.module.css';
import { Field, TextInput } from './field.tsx';

/** A day, typed as people write it or taken from a calendar. `value` is `YYYY-MM-DD`, or what could not be read. */
export function DateField(props: {
  label: string;
  value: string;
  today: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  below?: ReactNode;
}): ReactNode {
  const { label, value, today, onChange, error, below } = props;
  const [isOpen, setOpen] = useState(false);
  // What is being typed, until the field is left; null when the value itself is shown.
  const [typed, setTyped] = useState<string | null>(null);
  const day = parseDay(value, today);
  const shown = typed ?? (day === null ? value : formatDay(day));

  const take = (text: string): void => {
    onChange(text.trim() === '' ? '' : (parseDay(text, today) ?? text));
  };
  return (
    <Field label={label} error={error} below={below} hint="Such as 14 Mar, or +7 days">
      {(ids) => (
        <div className={styles.group}>
          <TextInput
            {...ids}
            className="tabular"
            value={shown}
            placeholder="No date"
            onChange={(event) => {
              setTyped(event.target.value);
              take(event.target.value);
            }}
            onBlur={() => setTyped(null)}
          />
          <Popover.Root open={isOpen} onOpenChange={setOpen}>
            <Popover.Trigger
              className={styles.open}
              aria-label={`Choose ${label.toLowerCase()} from a calendar`}
            >
              <CalendarDays size={16} aria-hidden="true" />
            </Popover.Trigger>
            <Popover.Portal>
              <Popover.Positioner className={styles.positioner} sideOffset={4} align="end">
                <Popover.Popup className={styles.popup} aria-label={label}>
                  <Calendar
                    chosen={day}
                    today={today}
                    onChoose={(next) => {
                      setTyped(null);
                      onChange(next);
                      setOpen(false);
                    }}
                  />
                </Popover.Popup>
              </Popover.Positioner>
            </Popover.Portal>
          </Popover.Root>
        </div>
      )}
    </Field>
  );
}
