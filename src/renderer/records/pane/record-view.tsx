import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { shownFields } from '#shared/records/lists.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { RecordLines } from '../lines/record-lines.tsx';
import { ContestedField } from '../conflicts/contested-field.tsx';
import { BegunNote } from '../form/begun-note.tsx';
import { draftKey } from '../form/draft-key.ts';
import type { SeenDetail } from '../port.ts';
import { useRecordSite } from '../site.ts';
import { Moment } from '../words/moment.tsx';
import { StandingValue } from '../words/standing-value.tsx';
import { headingOf } from './heading.ts';
import { RecordAttachments } from './record-attachments.tsx';
import styles from './record-view.module.css';

/** What a kind has besides its fields, each where it stands in the pane. */
export interface RecordParts {
  /** What can be done with it, under its name. */
  actions?: ReactNode;
  /** Lists of records that have to do with it, under its own lines: its orders. */
  lines?: ReactNode;
}

/** Everything there is to know of a record, in the order in which its kind declares it. */
export function RecordView(props: {
  spec: RecordDeclaration;
  record: SeenDetail;
  onEdit: () => void;
  parts?: RecordParts | undefined;
}): ReactNode {
  const { spec, record, onEdit, parts = {} } = props;
  const { standing, time } = useRecordSite();
  const { head, heading } = headingOf(spec, record);
  const fields = shownFields(spec).filter(([field]) => !isOver(field));
  const long = fields.filter(([, { type }]) => type === 'lines');
  return (
    <div className={styles.view}>
      <h2 className={styles.title}>{heading}</h2>
      <Draft spec={spec} record={record} onGoOn={onEdit} />
      {parts.actions === undefined ? null : <div className="button-row">{parts.actions}</div>}
      <Conflicts record={record} />
      <Facts>
        {fields
          .filter(([, { type }]) => type !== 'lines')
          .map(([field, { label }]) => (
            <Fact key={field} name={label}>
              <StandingValue record={record} field={field} withLink />
            </Fact>
          ))}
        <Fact name="Changed">
          <Moment at={record.updatedAt} words={time} />, {record.updatedBy}
        </Fact>
        <Fact name={standing.name}>{standing.mark(record.sync, true)}</Fact>
      </Facts>
      {long.map(([field, { label }]) => (
        <section key={field} className={styles.text}>
          <h3>{label}</h3>
          <p>
            <StandingValue record={record} field={field} />
          </p>
        </section>
      ))}
      <RecordLines spec={spec} record={record} />
      {parts.lines}
      {spec.attachments === true ? <RecordAttachments entity={record.entity} id={record.id} /> : null}
    </div>
  );

  /** What stands over the record already is not said twice. */
  function isOver(field: string): boolean {
    const value = record.values[field];
    return spec.title.includes(field) || (field === spec.number?.field && value === head);
  }
}

/** Says that somebody began to change the record here and did not end. */
function Draft(props: { spec: RecordDeclaration; record: SeenDetail; onGoOn: () => void }): ReactNode {
  const { spec, record, onGoOn } = props;
  const { drafts } = useRecordSite();
  const key = draftKey(record);
  const isBegun = useStore(drafts.store, (state) => state.drafts.has(key));
  if (!isBegun) return null;
  return (
    <BegunNote onGoOn={onGoOn} onDiscard={() => drafts.discard(key)}>
      {`You began to change this ${spec.names.one.toLowerCase()} and did not save it.`}
    </BegunNote>
  );
}

/** The values that stand against each other, and the way to where they are decided. */
function Conflicts({ record }: { record: SeenDetail }): ReactNode {
  const { standing, decide } = useRecordSite();
  const { conflicts, entity } = record;
  if (conflicts.length === 0) return null;
  return (
    <section className={styles.conflicts} aria-label="Conflicts">
      {standing.mark('conflict', true)}
      {conflicts.map((conflict) => (
        <ContestedField key={conflict.id} entity={entity} conflict={conflict} />
      ))}
      <div>
        <Button onClick={() => decide(record)}>
          {conflicts.length === 1 ? 'Decide this…' : 'Decide these…'}
        </Button>
      </div>
    </section>
  );
}
