import { Diamond } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { HistoryEvent, HistoryField } from '#shared/contract/history.ts';
import type { PagedList } from '../../lib/paged-list.ts';
import { Button } from '../../ui/button.tsx';
import { ListProblem } from '../../ui/list-problem.tsx';
import { FieldChange } from '../words/field-value.tsx';
import {
  type FieldOf,
  type Reference,
  declarationOf,
  entityName,
  fieldName,
  referencesOf,
} from '../words/field-labels.ts';
import styles from './history-list.module.css';
import { Moment } from '../words/moment.tsx';
import { type RecordLabels, sideLabels } from '../words/record-labels.ts';

/** Everything that was done to a record, newest first: who changed what, from what to what, when and where. */
export function HistoryList(props: {
  entity: string;
  list: PagedList<HistoryEvent>;
  labels: RecordLabels;
  /** What to say of a change that the other side has not confirmed. */
  standing: Readonly<Record<'here' | 'sent', string>>;
}): ReactNode {
  const { entity, list, labels, standing } = props;
  const { items, nextCursor, error } = useStore(list.store);
  if (items === null) {
    return error === null ? (
      <p className={styles.note} role="status">
        Reading…
      </p>
    ) : (
      <ListProblem title="The history could not be read" error={error} onRetry={() => void list.reload()}>
        The journal keeps it.
      </ListProblem>
    );
  }
  return (
    // It scrolls, and nothing in it takes the keys otherwise.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={styles.history} aria-label="History" tabIndex={0}>
      <ol className={styles.events}>
        {items.map((event) => (
          <li key={`${event.origin}#${event.number}`} className={styles.event}>
            <div className={styles.when}>
              <Moment at={event.at} words={labels} />
            </div>
            <div className={styles.what}>
              <p className={styles.who}>
                <strong>{event.by}</strong> {operationText(event, entity)}
              </p>
              <p className={styles.small}>
                {event.device === event.by ? '' : `${event.device}, `}
                {sideLabels[event.side]}
                {event.standing === 'held' ? '' : ` · ${standing[event.standing]}`}
              </p>
              {event.applied === 'applied' ? null : (
                <p className={styles.mark}>
                  {event.applied === 'later'
                    ? 'Kept, not applied: it needs a newer ARUS here.'
                    : 'Kept, not applied: it breaks a rule of the record.'}
                </p>
              )}
              {event.overridesDelete ? (
                <p className={styles.mark}>
                  {event.operation === 'delete'
                    ? 'Somebody had changed it meanwhile, so it stays.'
                    : 'Brings it back: it had been deleted by somebody who had not seen this.'}
                </p>
              ) : null}
              <dl className={styles.fields}>
                {shownFields(event, entity).map((field) => (
                  <Change
                    key={field.field}
                    of={{ entity, field: field.field }}
                    change={field}
                    event={event}
                    labels={labels}
                  />
                ))}
              </dl>
            </div>
          </li>
        ))}
      </ol>
      {nextCursor === null && items.at(-1)?.operation !== 'create' ? (
        <p className={styles.small}>What was done to it earlier stands in the office’s history.</p>
      ) : null}
      {nextCursor === null ? null : (
        <Button className={styles.more} onClick={() => void list.more()}>
          Show earlier changes
        </Button>
      )}
    </section>
  );
}

function Change({
  of,
  change: { from, fromKnown, to, inForce, conflict },
  event: { operation, applied },
  labels,
}: {
  of: FieldOf;
  change: HistoryField;
  event: HistoryEvent;
  labels: RecordLabels;
}): ReactNode {
  const known = fromKnown && operation !== 'create';
  return (
    <div className={styles.field}>
      <dt>{fieldName(of)}</dt>
      <dd>
        <FieldChange of={of} from={known ? from : undefined} to={to} words={labels} />
        {conflict === null ? null : (
          <span className={styles.mark}>
            <Diamond size={12} aria-hidden="true" />
            {conflict === 'settled' ? 'Settles a conflict' : 'Against another value: both are kept'}
          </span>
        )}
        {inForce || applied !== 'applied' ? null : (
          <span className={styles.mark}>Kept aside: another value stayed in force</span>
        )}
      </dd>
    </div>
  );
}

function operationText({ operation }: HistoryEvent, entity: string): string {
  const what = entityName(entity).toLowerCase();
  if (operation === 'create') return entity === 'work_order' ? 'raised it' : `entered this ${what}`;
  return operation === 'delete' ? 'deleted it' : 'changed';
}

/** Of a new record what a person gave it: what the program writes into each says nothing. */
function shownFields({ operation, fields }: HistoryEvent, entity: string): readonly HistoryField[] {
  if (operation !== 'create') return fields;
  return fields.filter(
    ({ field, to }) => declarationOf({ entity, field })?.given !== 'never' && to !== null && to !== '',
  );
}

/** The records that a history's changes point to, to be named. */
export function referencesInHistory(entity: string, items: readonly HistoryEvent[] | null): Reference[] {
  return (items ?? []).flatMap(({ fields }) =>
    fields.flatMap(({ field, from, to }) => referencesOf({ entity, field }, [from, to])),
  );
}
