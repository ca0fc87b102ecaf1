import { type ReactNode, useEffect, useRef, useState } from 'react';
import { priorities, workOrderStatuses, workOrderTypes } from '#shared/domain/work-order.ts';
import { parseDay } from '../../lib/day-entry.ts';
import { Button } from '../../ui/button.tsx';
import { ComboField, type Pick } from '../../ui/combo-field.tsx';
import { DateField } from '../../ui/date-field.tsx';
import { Field, TextArea, TextInput } from '../../ui/field.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { priorityIcons, priorityWords, statusIcons, statusWords, typeWords } from '../work-orders/words.tsx';
import styles from './conflict-card.module.css';
import { fieldName } from './field-words.ts';
import type { RecordWords } from './record-words.ts';

const numbers = new Set(['estimatedHours', 'actualHours', 'runningHours']);
const longTexts = new Set(['description', 'notes']);

/** Lets a person write a value that none of the others had. */
export function ThirdValue(props: {
  field: string;
  /** What to begin with: the value in force. */
  start: unknown;
  words: RecordWords;
  isBusy: boolean;
  onTake: (value: string | number | null) => void;
  onCancel: () => void;
}): ReactNode {
  const { field, start, words, isBusy, onTake, onCancel } = props;
  const [value, setValue] = useState(() =>
    typeof start === 'string' || typeof start === 'number' ? String(start) : '',
  );
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const form = useRef<HTMLFormElement>(null);
  // A block, since browsers return a promise here, which is no clean-up.
  useEffect(() => {
    form.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const take = (): void => {
    const read = readValue(field, value, words.today());
    if (read === undefined) setWrong('Hours as a number from 0 up, such as 2.5');
    else onTake(read);
  };
  return (
    <form
      ref={form}
      className={styles.third}
      onSubmit={(event) => {
        event.preventDefault();
        take();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          event.preventDefault();
          onCancel();
        }
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          take();
        }
      }}
    >
      <Editor field={field} value={value} wrong={wrong} words={words} onChange={setValue} />
      <div className="button-row">
        <Button type="submit" look="primary" disabled={isBusy} keys="Ctrl Enter">
          Put this in force
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Leave it
        </Button>
      </div>
    </form>
  );
}

function Editor(props: {
  field: string;
  value: string;
  wrong: string | undefined;
  words: RecordWords;
  onChange: (value: string) => void;
}): ReactNode {
  const { field, value, wrong, words, onChange } = props;
  const label = `${fieldName(field)}, another value`;
  if (field === 'status')
    return choice(label, workOrderStatuses, value, onChange, (each) => ({
      label: statusWords[each],
      icon: statusIcons[each],
    }));
  if (field === 'priority')
    return choice(label, priorities, value, onChange, (each) => ({
      label: priorityWords[each],
      icon: priorityIcons[each],
    }));
  if (field === 'type')
    return choice(label, workOrderTypes, value, onChange, (each) => ({ label: typeWords[each] }));
  if (field === 'dueDate')
    return <DateField label={label} value={value} today={words.today()} onChange={onChange} error={wrong} />;
  if (field === 'assigneeId')
    return (
      <SelectField
        label={label}
        value={value}
        choices={[
          { value: '', label: 'Nobody' },
          ...words.crew.map(({ id, name, rank }) => ({ value: id, label: `${name}, ${rank}` })),
        ]}
        onChange={onChange}
      />
    );
  if (field === 'equipmentId')
    return <EquipmentEditor label={label} value={value} words={words} onChange={onChange} />;
  return (
    <Field label={label} wide error={wrong}>
      {(ids) =>
        longTexts.has(field) ? (
          <TextArea
            {...ids}
            // A person who asks for the field wants to type into it.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            rows={8}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        ) : (
          <TextInput
            {...ids}
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            inputMode={numbers.has(field) ? 'decimal' : undefined}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}

function EquipmentEditor(props: {
  label: string;
  value: string;
  words: RecordWords;
  onChange: (value: string) => void;
}): ReactNode {
  const { label, value, words, onChange } = props;
  const [chosen, setChosen] = useState<Pick | null>(
    value === '' ? null : { id: value, label: words.equipmentName(value) },
  );
  return (
    <ComboField
      label={label}
      wide
      placeholder="None: type a code or name"
      value={chosen}
      find={words.findEquipment}
      onChange={(pick) => {
        setChosen(pick);
        onChange(pick?.id ?? '');
      }}
    />
  );
}

function choice<T extends string>(
  label: string,
  values: readonly T[],
  value: string,
  onChange: (value: string) => void,
  show: (each: T) => { label: string; icon?: ReactNode },
): ReactNode {
  const known = values.find((each) => each === value) ?? values[0];
  if (known === undefined) return null;
  return (
    <SelectField
      label={label}
      value={known}
      choices={values.map((each) => ({ value: each, ...show(each) }))}
      onChange={onChange}
    />
  );
}

/** @returns undefined for what cannot be read */
function readValue(field: string, text: string, today: string): string | number | null | undefined {
  if (numbers.has(field)) {
    if (text.trim() === '') return null;
    const number = Number(text.trim().replace(',', '.'));
    return Number.isFinite(number) ? number : undefined;
  }
  if (field === 'dueDate') return text.trim() === '' ? null : (parseDay(text, today) ?? text);
  if (field === 'assigneeId' || field === 'equipmentId') return text === '' ? null : text;
  return text;
}
