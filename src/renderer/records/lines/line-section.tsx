import { Plus } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useMemo, useRef, useState } from 'react';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { Button } from '../../ui/button.tsx';
import { NewRecordForm } from '../form/new-record-form.tsx';
import type { SeenDetail, SeenRecord } from '../port.ts';
import { useMay, useRecordSite } from '../site.ts';
import { LineTable } from './line-table.tsx';
import styles from './line-section.module.css';
import { newLineKey, within } from './within.ts';

/** Which form is open: that of a new record, or another of the row with this id. */
export type OpenLine = { form: string; id: string } | null;

interface Common {
  spec: RecordDeclaration;
  /** The field that holds the record under which they stand. */
  field: string;
  parentId: string;
  /** Says that there are more, and where. */
  note: ReactNode;
}
/** Lines are edited where they stand; other records have a page of their own. */
export type LineSectionProps = Common &
  ({ mayEdit: true; rows: readonly SeenDetail[] } | { mayEdit?: false; rows: readonly SeenRecord[] });

const floating = '[role="dialog"], [role="alertdialog"], [role="listbox"]';

/** The records of a kind that stand under another one: looked at, entered, and where they are lines changed and deleted. */
export function LineSection(props: LineSectionProps): ReactNode {
  const { spec, field, parentId, note } = props;
  const { drafts } = useRecordSite();
  const { create: mayCreate } = useMay(spec);
  const title = useId();
  const section = useRef<HTMLElement>(null);
  const draft = newLineKey(spec.entity, parentId);
  // What somebody began here stands open again when they come back.
  const [open, setOpen] = useState<OpenLine>(() =>
    mayCreate && drafts.store.getState().drafts.has(draft) ? { form: 'new', id: parentId } : null,
  );
  const shown = useMemo(() => within(spec, field), [spec, field]);
  const { one, many } = spec.names;
  const isNew = open?.form === 'new' && open.id === parentId;

  /** Leaves the person on the button that opened the form. */
  const close = (): void => {
    if (open === null) return;
    const opener = `[data-opens="${open.form} ${open.id}"]`;
    setOpen(null);
    requestAnimationFrame(() => {
      const here = section.current;
      const button = here?.querySelector<HTMLElement>(opener) ?? here?.querySelector<HTMLElement>('button');
      button?.focus();
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || open === null || event.defaultPrevented) return;
    if (document.querySelector(floating) !== null) return;
    // The form is left, and not the pane; what was typed is kept.
    event.stopPropagation();
    event.preventDefault();
    close();
  };
  return (
    <section ref={section} className={styles.section} aria-labelledby={title} onKeyDown={onKeyDown}>
      <div className={styles.head}>
        <h3 id={title}>{many}</h3>
        {mayCreate ? (
          <Button
            icon={<Plus size={16} aria-hidden="true" />}
            data-opens={`new ${parentId}`}
            aria-expanded={isNew}
            onClick={() => (isNew ? close() : setOpen({ form: 'new', id: parentId }))}
          >
            {`New ${one.toLowerCase()}`}
          </Button>
        ) : null}
      </div>
      {isNew ? (
        <div className={styles.form}>
          <NewRecordForm
            spec={shown}
            draft={draft}
            given={{ [field]: parentId }}
            onCreated={close}
            onDiscard={close}
          />
        </div>
      ) : null}
      {props.rows.length === 0 ? (
        <p className={styles.quiet}>{`No ${many.toLowerCase()} yet.`}</p>
      ) : (
        <LineTable {...props} shown={shown} open={open} onOpen={setOpen} onClose={close} />
      )}
      {note === null ? null : <div className={styles.quiet}>{note}</div>}
    </section>
  );
}
