import type { ReactNode } from 'react';
import type { FieldDeclaration } from '#shared/records/define-record.ts';
import { formatCount } from '../../lib/format.ts';
import { ComboField } from '../../ui/combo-field.tsx';
import { DateField } from '../../ui/date-field.tsx';
import { Field, TextArea, TextInput } from '../../ui/field.tsx';
import { type Choice, SelectField } from '../../ui/select-field.tsx';
import { choiceIcon } from '../words/choice-icons.tsx';
import { entityName } from '../words/field-labels.ts';
import type { RecordLabels } from '../words/record-labels.ts';
import type { FieldEntry } from './field-entry.ts';
import { longestOf } from './field-limits.ts';

export interface FieldEditorProps {
  /** Which field it is: its kind and its name there. */
  of: { entity: string; field: string };
  declared: FieldDeclaration;
  /** Its name on screen, where that is not the declared one. */
  label?: string;
  entry: FieldEntry;
  onChange: (entry: FieldEntry) => void;
  labels: Pick<RecordLabels, 'find' | 'today'>;
  error?: string | undefined;
  /** What helps, where nothing is wrong. */
  hint?: string | undefined;
  /** Stands under it and stays there, such as another person's value. */
  below?: ReactNode;
  /** Rows of a text of several lines. */
  rows?: number;
  /** True for the field that the person wants to type into first. */
  takesFocus?: boolean;
}

/** The editor of a field, by what its declaration says that it holds. */
export function FieldEditor(props: FieldEditorProps): ReactNode {
  const { of, declared, label = declared.label, entry, onChange, labels, error, below } = props;
  const text = typeof entry === 'string' ? entry : '';
  switch (declared.type) {
    case 'choice':
    case 'flag':
      return (
        <SelectField
          label={label}
          value={text}
          choices={choicesOf(of, declared, text)}
          onChange={onChange}
          error={error}
          below={below}
        />
      );
    case 'day':
      return (
        <DateField
          label={label}
          value={text}
          today={labels.today()}
          onChange={onChange}
          error={error}
          below={below}
        />
      );
    case 'reference': {
      const entity = declared.refersTo ?? '';
      return (
        <ComboField
          label={label}
          wide
          placeholder={declared.nullable ? 'None: type to find one' : 'Type to find one'}
          value={typeof entry === 'object' ? entry : { id: text, label: entityName(entity) }}
          find={(words) => labels.find(entity, words)}
          onChange={onChange}
          error={error}
          below={below}
        />
      );
    }
    default:
      return <TypedField {...props} text={text} />;
  }
}

const placeholders: Partial<Record<FieldDeclaration['type'], string>> = {
  hours: 'Hours',
  number: 'Number',
  whole: 'Number',
  instant: 'Such as 14 Mar 14:02',
};

function TypedField(props: FieldEditorProps & { text: string }): ReactNode {
  const { declared, label = declared.label, text, onChange, error, below, rows, takesFocus = false } = props;
  const { type } = declared;
  const isLong = type === 'lines';
  const most = type === 'text' || isLong ? longestOf(declared) : null;
  const isNearEnd = most !== null && text.length > most * 0.9;
  const hint = isNearEnd ? `${formatCount(text.length)} of ${formatCount(most)} characters` : props.hint;
  return (
    // Two people's values need the room.
    <Field label={label} wide={isLong || below !== undefined} error={error} hint={hint} below={below}>
      {(ids) =>
        isLong ? (
          <TextArea
            {...ids}
            // A person who asks for the form wants to type into its first field.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus={takesFocus}
            rows={rows ?? 5}
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
        ) : (
          <TextInput
            {...ids}
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus={takesFocus}
            className={type === 'text' ? undefined : 'tabular'}
            inputMode={
              type === 'hours' || type === 'number' ? 'decimal' : type === 'whole' ? 'numeric' : undefined
            }
            placeholder={placeholders[type]}
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}

/** The words of a choice, or of yes and no. */
function choicesOf(
  of: FieldEditorProps['of'],
  declared: FieldDeclaration,
  value: string,
): readonly Choice<string>[] {
  const words = declared.type === 'flag' ? { true: 'Yes', false: 'No' } : (declared.words ?? {});
  const known = Object.entries(words).map(([each, label]) => ({
    value: each,
    label,
    icon: choiceIcon(of, each),
  }));
  const nothing = declared.nullable ? [{ value: '', label: 'None' }] : [];
  const all = [...nothing, ...known];
  if (all.some((each) => each.value === value)) return all;
  // A value that this program does not know stands first, as it is stored: nothing else is shown in its place.
  return [{ value, label: value === '' ? 'Choose…' : value }, ...all];
}
