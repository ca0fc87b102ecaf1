import type { ReactNode } from 'react';
import type { FieldDeclaration, RecordDeclaration } from '#shared/records/define-record.ts';
import { FieldEditor } from '../fields/field-editor.tsx';
import type { FieldEntry, FormEntries } from '../fields/field-entry.ts';
import { fieldValueText } from '../words/field-labels.ts';
import type { RecordLabels } from '../words/record-labels.ts';
import type { Wrongs } from './form-fields.ts';

/** The fields of a form, in the order in which their kind declares them. */
export function RecordFields(props: {
  spec: Pick<RecordDeclaration, 'entity'>;
  fields: readonly [name: string, declared: FieldDeclaration][];
  entries: FormEntries;
  wrong: Wrongs;
  labels: RecordLabels;
  /** What stands in the record now, for what may only grow. */
  standing?: Readonly<Record<string, unknown>>;
  /** What stands under a field and stays there, by its name. */
  below?: Readonly<Record<string, ReactNode>>;
  onChange: (name: string, entry: FieldEntry) => void;
}): ReactNode {
  const { spec, fields, entries, wrong, labels, standing = {}, below = {}, onChange } = props;
  // Of a new record what nobody has given yet: a choice that is made already is seldom made otherwise.
  const needed = fields.findIndex(([, { begins, nullable }]) => begins === undefined && !nullable);
  const first = props.standing === undefined ? Math.max(needed, 0) : 0;
  return fields.map(([name, declared], index) => {
    const of = { entity: spec.entity, field: name };
    const grows = declared.merge === 'grows' && typeof standing[name] === 'number';
    return (
      <FieldEditor
        key={name}
        of={of}
        declared={declared}
        entry={entries[name] ?? null}
        labels={labels}
        error={wrong[name]}
        hint={grows ? `Stands at ${fieldValueText(of, standing[name], labels)} and only grows` : undefined}
        below={below[name]}
        takesFocus={index === first}
        onChange={(entry) => onChange(name, entry)}
      />
    );
  });
}
