import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Scalar } from '#shared/json.ts';
import { parseDay } from '../../lib/day-entry.ts';
import { Button } from '../../ui/button.tsx';
import { ComboField, type Pick } from '../../ui/combo-field.tsx';
import { DateField } from '../../ui/date-field.tsx';
import { Field, TextArea, TextInput } from '../../ui/field.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { choiceIcon } from './choice-icons.tsx';
import styles from './conflict-card.module.css';
import { type FieldOf, declarationOf, fieldName } from './field-labels.ts';
import type { RecordLabels } from './record-labels.ts';

/** The form for a custom value: one that none of the others had. */
export function CustomValueForm(props: {
  of: FieldOf;
  /** What to begin with: the value in force. */
  start: unknown;
  labels: RecordLabels;
  isBusy: boolean;
  onTake: (value: Scalar) => void;
  onCancel: () => void;
}): ReactNode {
  const { of, start, labels, isBusy, onTake, onCancel } = props;
  const [value, setValue] = useState(() =>
    typeof start === 'string' || typeof start === 'number' || typeof start === 'boolean' ? String(start) : '',
  );
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const form = useRef<HTMLFormElement>(null);
  // A block, since browsers return a promise here, which is no clean-up.
  useEffect(() => {
    form.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const take = (): void => {
    const read = readValue(of, value, labels.today());
    if ('wrong' in read) setWrong(read.wrong);
    else onTake(read.value);
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
      <Editor of={of} value={value} wrong={wrong} labels={labels} onChange={setValue} />
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
  of: FieldOf;
  value: string;
  wrong: string | undefined;
  labels: RecordLabels;
  onChange: (value: string) => void;
}): ReactNode {
  const { of, value, wrong, labels, onChange } = props;
  const label = `${fieldName(of)}, another value`;
  const declared = declarationOf(of);
  switch (declared?.type) {
    case 'choice':
      return select(label, Object.entries(declared.words ?? {}), value, onChange, (each) =>
        choiceIcon(of, each),
      );
    case 'flag':
      return select(label, Object.entries({ true: 'Yes', false: 'No' }), value, onChange);
    case 'day':
      return (
        <DateField label={label} value={value} today={labels.today()} onChange={onChange} error={wrong} />
      );
    case 'reference':
      return declared.refersTo === 'equipment' ? (
        <EquipmentEditor label={label} value={value} labels={labels} onChange={onChange} />
      ) : declared.refersTo === 'crew_member' ? (
        select(
          label,
          [
            ['', 'Nobody'],
            ...labels.crew.map(({ id, name, rank }): [string, string] => [id, `${name}, ${rank}`]),
          ],
          value,
          onChange,
        )
      ) : (
        <TextEditor label={label} value={value} wrong={wrong} onChange={onChange} />
      );
    case 'lines':
      return <TextEditor label={label} isLong value={value} wrong={wrong} onChange={onChange} />;
    default: {
      const isNumber = declared?.type === 'hours' || declared?.type === 'whole';
      return <TextEditor label={label} isNumber={isNumber} value={value} wrong={wrong} onChange={onChange} />;
    }
  }
}

function TextEditor(props: {
  label: string;
  value: string;
  wrong: string | undefined;
  isLong?: boolean;
  isNumber?: boolean;
  onChange: (value: string) => void;
}): ReactNode {
  const { label, value, wrong, isLong = false, isNumber = false, onChange } = props;
  return (
    <Field label={label} wide error={wrong}>
      {(ids) =>
        isLong ? (
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
            inputMode={isNumber ? 'decimal' : undefined}
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
  labels: RecordLabels;
  onChange: (value: string) => void;
}): ReactNode {
  const { label, value, labels, onChange } = props;
  const [chosen, setChosen] = useState<Pick | null>(
    value === '' ? null : { id: value, label: labels.nameOf('equipment', value) },
  );
  return (
    <ComboField
      label={label}
      wide
      placeholder="None: type a code or name"
      value={chosen}
      find={labels.findEquipment}
      onChange={(pick) => {
        setChosen(pick);
        onChange(pick?.id ?? '');
      }}
    />
  );
}

/** One of a few. A value that this program does not know stands first, as it is stored: nothing else is shown in its place. */
function select(
  label: string,
  choices: readonly (readonly [value: string, words: string])[],
  value: string,
  onChange: (value: string) => void,
  icon: (value: string) => ReactNode = () => null,
): ReactNode {
  const isKnown = choices.some(([each]) => each === value);
  const shown = isKnown ? choices : [[value, value] as const, ...choices];
  return (
    <SelectField
      label={label}
      value={value}
      choices={shown.map(([each, words]) => ({ value: each, label: words, icon: icon(each) }))}
      onChange={onChange}
    />
  );
}

/** What was typed, as the field holds it, or what is wrong with it. */
function readValue(of: FieldOf, text: string, today: string): { value: Scalar } | { wrong: string } {
  const { type, nullable = false } = declarationOf(of) ?? {};
  const isEmpty = text.trim() === '';
  switch (type) {
    case 'hours':
    case 'whole': {
      if (isEmpty && nullable) return { value: null };
      const number = isEmpty ? Number.NaN : Number(text.trim().replace(',', '.'));
      if (Number.isFinite(number)) return { value: number };
      return {
        wrong: type === 'hours' ? 'Hours as a number from 0 up, such as 2.5' : 'A whole number, such as 12',
      };
    }
    case 'flag':
      return { value: text === 'true' };
    case 'day':
      return { value: isEmpty ? null : (parseDay(text, today) ?? text) };
    case 'instant':
    case 'reference':
      return { value: isEmpty ? null : text };
    default:
      return { value: isEmpty && nullable ? null : text };
  }
}
