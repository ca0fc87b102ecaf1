import type { ReactNode } from 'react';
import type { SeenRecord } from '../port.ts';
import { useRecordSite } from '../site.ts';
import { choiceIcon } from './choice-icons.tsx';
import { declarationOf, entityName, fieldValueText } from './field-labels.ts';
import { Moment } from './moment.tsx';
import styles from './standing-value.module.css';

/** What stands in a field of a record, as its declaration says it is read; a dash for nothing. */
export function StandingValue(props: {
  record: Pick<SeenRecord, 'entity' | 'values' | 'referenced'>;
  field: string;
  /** True where it may lead to the record that it points to. */
  withLink?: boolean;
  /** True where there is little room: of a choice such as `A, stops the ship` what stands before the comma. */
  isShort?: boolean;
}): ReactNode {
  const { record, field, withLink = false, isShort = false } = props;
  const site = useRecordSite();
  const of = { entity: record.entity, field };
  const value = record.values[field];
  const { type, refersTo } = declarationOf(of) ?? {};
  if (value === null || value === undefined || value === '') return <span className={styles.none}>–</span>;
  if (type === 'instant' && typeof value === 'string') return <Moment at={value} words={site.time} />;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  const full = fieldValueText(of, value, {
    instant: site.time.instant,
    nameOf: (entity) => record.referenced[field] ?? `${entityName(entity).toLowerCase()} not known here`,
  });
  const words = type === 'choice' && isShort ? (full.split(',')[0] ?? full) : full;
  if (type === 'choice' && typeof value === 'string') {
    const icon = choiceIcon(of, value);
    if (icon !== null)
      return (
        <span className={styles.marked}>
          {icon}
          {words}
        </span>
      );
  }
  if (type === 'reference' && withLink && refersTo !== undefined && typeof value === 'string') {
    const target = { entity: refersTo, id: value };
    const address = site.addressOf(target);
    if (address !== null)
      return (
        <a
          href={address}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            site.open(target);
          }}
        >
          {words}
        </a>
      );
  }
  return words;
}
