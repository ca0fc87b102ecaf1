import { Pencil, Plus } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { may } from '#shared/records/may.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { draftKey } from '../form/draft-key.ts';
import { EditRecord } from '../form/edit-record.tsx';
import { NewRecordForm } from '../form/new-record-form.tsx';
import { kindsReachedFrom } from '../kinds.ts';
import { type PlannedColumn, planColumns } from '../list/column-plan.ts';
import { DeleteRecord } from '../pane/delete-record.tsx';
import type { SeenDetail, SeenRecord } from '../port.ts';
import { useMay, useRecordSite } from '../site.ts';
import { StandingValue } from '../words/standing-value.tsx';
import { type BesideColumn, besideColumn } from './beside-column.tsx';
import type { LineSectionProps, OpenLine } from './line-section.tsx';
import styles from './line-section.module.css';
import { OwnPage } from './own-page.tsx';
import { newLineKey, within } from './within.ts';

/** The rows, each with what can be done with it; a form stands under the row that it is for. */
export function LineTable(
  props: LineSectionProps & {
    /** The kind without the field that holds the record under which they stand. */
    shown: RecordDeclaration;
    open: OpenLine;
    onOpen: (open: OpenLine) => void;
    onClose: () => void;
  },
): ReactNode {
  const { spec, shown, open, onOpen, onClose } = props;
  const { standing, side } = useRecordSite();
  const mayI = useMay(spec);
  const beside = besideColumn(spec.entity);
  const columns = planColumns(shown).filter(
    ({ room, field }) => room !== 'widest' && beside?.instead.includes(field) !== true,
  );
  const under = kindsReachedFrom(spec.entity).filter((kind) => may(kind, 'create', side));
  const mayEdit = props.mayEdit === true && (mayI.change || mayI.delete);
  const hasActions = mayEdit || under.length > 0;
  const width = columns.length + 1 + (beside === null ? 0 : 1) + (hasActions ? 1 : 0);

  const details: ReadonlyMap<string, SeenDetail> = new Map(
    props.mayEdit === true ? props.rows.map((row) => [row.id, row]) : [],
  );
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col" className={styles.mark}>
            <span className="visually-hidden">{standing.name}</span>
          </th>
          {columns.map((column) => (
            <th key={column.field} scope="col" className={classOf(column)}>
              {column.declared.label}
            </th>
          ))}
          {beside === null ? null : <th scope="col">{beside.header}</th>}
          {hasActions ? (
            <th scope="col">
              <span className="visually-hidden">What to do</span>
            </th>
          ) : null}
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <Fragment key={row.id}>
            <tr>
              <td className={styles.mark}>{standing.mark(row.sync, false)}</td>
              {columns.map((column, index) => (
                <td key={column.field} className={classOf(column)}>
                  <OwnPage record={row} isLink={index === 0}>
                    <StandingValue record={row} field={column.field} isShort />
                  </OwnPage>
                </td>
              ))}
              {beside === null ? null : <td>{cellOf(beside, row)}</td>}
              {hasActions ? <td className={styles.actions}>{actionsOf(row)}</td> : null}
            </tr>
            {formOf(row)}
          </Fragment>
        ))}
      </tbody>
    </table>
  );

  function actionsOf(row: SeenRecord): ReactNode {
    const detail = details.get(row.id);
    return (
      <div className={styles.buttons}>
        {under.map((kind) => (
          <Button
            key={kind.entity}
            icon={<Plus size={16} aria-hidden="true" />}
            data-opens={`${kind.entity} ${row.id}`}
            aria-label={`New ${kind.names.one.toLowerCase()} of ${row.title}`}
            onClick={() => onOpen({ form: kind.entity, id: row.id })}
          >
            {`New ${kind.names.one.toLowerCase()}`}
          </Button>
        ))}
        {detail === undefined || !mayEdit ? null : (
          <LineButtons
            spec={spec}
            line={detail}
            onEdit={() => onOpen({ form: 'edit', id: row.id })}
            onDeleted={onClose}
          />
        )}
      </div>
    );
  }

  function formOf(row: SeenRecord): ReactNode {
    if (open?.id !== row.id) return null;
    const kind = under.find(({ entity }) => entity === open.form);
    const detail = details.get(row.id);
    const form =
      kind !== undefined ? (
        <NewRecordForm
          spec={within(kind, kind.reachedFrom)}
          draft={newLineKey(kind.entity, row.id)}
          given={{ [kind.reachedFrom]: row.id }}
          onCreated={onClose}
          onDiscard={onClose}
        />
      ) : detail !== undefined && open.form === 'edit' ? (
        <EditRecord spec={shown} record={detail} onDone={onClose} />
      ) : null;
    if (form === null) return null;
    return (
      <tr>
        <td colSpan={width} className={styles.form}>
          {form}
        </td>
      </tr>
    );
  }
}

function cellOf({ Cell }: BesideColumn, row: SeenRecord): ReactNode {
  return <Cell record={row} />;
}

function LineButtons(props: {
  spec: RecordDeclaration;
  line: SeenDetail;
  onEdit: () => void;
  onDeleted: () => void;
}): ReactNode {
  const { spec, line, onEdit, onDeleted } = props;
  const { drafts, decide } = useRecordSite();
  const mayI = useMay(spec);
  const isBegun = useStore(drafts.store, (state) => state.drafts.has(draftKey(line)));
  return (
    <>
      {line.conflicts.length === 0 ? null : (
        <Button aria-label={`Decide the conflict in ${line.title}`} onClick={() => decide(line)}>
          Decide…
        </Button>
      )}
      {mayI.change ? (
        <Button
          look="quiet"
          iconOnly={!isBegun}
          icon={<Pencil size={16} aria-hidden="true" />}
          data-opens={`edit ${line.id}`}
          aria-label={isBegun ? `Go on changing ${line.title}` : `Change ${line.title}`}
          onClick={onEdit}
        >
          Go on
        </Button>
      ) : null}
      {mayI.delete ? <DeleteRecord spec={spec} record={line} onDeleted={onDeleted} /> : null}
    </>
  );
}

function classOf({ declared: { type }, room }: PlannedColumn): string {
  const isNumber = type === 'hours' || type === 'number' || type === 'whole';
  return classNames(
    room === 'wide' && styles.wide,
    isNumber && styles.number,
    type === 'instant' && styles.moment,
  );
}
