import { type ReactNode, useState } from 'react';
import type { Conflict, ConflictDecision } from '#shared/contract/conflicts.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import styles from './conflict-card.module.css';
import { ConflictValue } from './conflict-value.tsx';
import { FieldValue } from '../words/field-value.tsx';
import { entityName, fieldName } from '../words/field-labels.ts';
import { Moment } from '../words/moment.tsx';
import { type RecordLabels, sideLabels } from '../words/record-labels.ts';
import { CustomValueForm } from './custom-value-form.tsx';

export type Take = ConflictDecision['take'];

/** One conflict to be decided: what stood there before, each value with its writer, and what can be done. */
export function ConflictCard(props: {
  conflict: Conflict;
  labels: RecordLabels;
  /** Where the record is, beside its kind: the ship, for an office that has many. */
  place?: string;
  isChosen: boolean;
  isBusy: boolean;
  /** Why the last decision was not taken. */
  problem: string | null;
  onTake: (take: Take) => void;
  /** Leaves for the record; null where there is no page for it. */
  onOpen: (() => void) | null;
}): ReactNode {
  const { conflict, labels, place, isChosen, isBusy, problem, onTake, onOpen } = props;
  const { entity, label, openedAt, settlement, values } = conflict;
  const [isTyping, setTyping] = useState(false);
  const titleId = `conflict-${conflict.id}`;
  const isOpen = settlement === null;
  const kind = place === undefined ? entityName(entity) : `${entityName(entity)}, ${place}`;
  return (
    <article
      className={classNames(styles.card, isChosen && styles.chosen)}
      aria-labelledby={titleId}
      data-chosen={isChosen}
    >
      <header className={styles.head}>
        <div>
          <h2 id={titleId} className={styles.title}>
            <span className="visually-hidden">Conflict: </span>
            {fieldName(conflict)}
            <span className={styles.of}> of {label}</span>
          </h2>
          <p className={styles.small}>
            {kind}; found <Moment at={openedAt} words={labels} />
          </p>
        </div>
        {onOpen === null ? null : (
          <Button look="quiet" data-open="true" onClick={onOpen}>
            Show record
          </Button>
        )}
      </header>
      <dl className={styles.base}>
        <dt>Before both</dt>
        <dd>
          {conflict.baseKnown ? (
            <FieldValue of={conflict} value={conflict.base} words={labels} />
          ) : (
            'not known here'
          )}
        </dd>
      </dl>
      <ol className={styles.values}>
        {values.map((value, index) => (
          <ConflictValue
            key={`${value.device} ${value.at} ${value.side}`}
            of={conflict}
            value={value}
            standing={isOpen ? (index === 0 ? 'in force' : 'kept') : 'ended'}
            against={conflict.baseKnown ? conflict.base : values[index === 0 ? 1 : 0]?.value}
            words={labels}
          >
            {isOpen ? (
              <Button
                look="plain"
                data-take={index + 1}
                disabled={isBusy}
                keys={isChosen ? String(index + 1) : undefined}
                onClick={() => onTake({ index })}
              >
                {index === 0 ? 'Keep this' : 'Use this'}
              </Button>
            ) : null}
          </ConflictValue>
        ))}
      </ol>
      {problem === null ? null : (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      {settlement !== null ? (
        <p className={styles.settled}>
          {settlement.deleted ? (
            <>The record was deleted</>
          ) : (
            <>
              Settled: <FieldValue of={conflict} value={settlement.value} words={labels} />
            </>
          )}
          <span className={styles.small}>
            {settlement.by}, {settlement.device}, {sideLabels[settlement.side]},{' '}
            <Moment at={settlement.at} words={labels} />
          </span>
        </p>
      ) : isTyping ? (
        <CustomValueForm
          of={conflict}
          start={values[0]?.value}
          labels={labels}
          isBusy={isBusy}
          onTake={(value) => onTake({ value })}
          onCancel={() => setTyping(false)}
        />
      ) : (
        <div className={styles.foot}>
          <Button data-third="true" keys={isChosen ? 'E' : undefined} onClick={() => setTyping(true)}>
            Write another…
          </Button>
          <span className={styles.small}>Every value stays in the record’s history.</span>
        </div>
      )}
    </article>
  );
}
