import { Plus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { formatCount } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { useMay, useRecordSite } from '../site.ts';
import { filterWords, filteredFields } from './filtered-fields.ts';
import { RecordFilter } from './record-filter.tsx';
import styles from './record-toolbar.module.css';

/** How many there are, what narrows the list, and the way to enter another. */
export function RecordToolbar({
  spec,
  onCreate,
}: {
  spec: RecordDeclaration;
  onCreate: () => void;
}): ReactNode {
  const list = useRecordSite().listOf(spec.entity);
  const { create: mayCreate } = useMay(spec);
  const { search, filter } = useStore(list.query);
  const { total, isPartial } = useStore(list.window.store);
  const isNarrowed = search.trim() !== '' || Object.keys(filter).length > 0;
  const { one } = spec.names;
  const remove = <X size={12} aria-hidden="true" />;
  return (
    <div className={styles.bar}>
      <span className={styles.count} role="status">
        {countWords(spec.names, total, isPartial)}
      </span>
      {isNarrowed ? (
        <div className={styles.chips}>
          {search.trim() === '' ? null : (
            <Chip icon={remove} verb="Remove" onClick={() => list.searchFor('')}>
              {`“${search.trim()}”`}
            </Chip>
          )}
          {filteredFields(spec).flatMap(([name, declared]) => {
            const values = filter[name] ?? [];
            const words = filterWords(declared);
            return values.map((value) => (
              <Chip
                key={`${name} ${String(value)}`}
                icon={remove}
                verb="Remove"
                onClick={() =>
                  list.narrow(
                    name,
                    values.filter((other) => other !== value),
                  )
                }
              >
                {`${declared.label}: ${words[String(value)] ?? 'one chosen'}`}
              </Chip>
            ));
          })}
          <Button look="quiet" onClick={list.clear}>
            Clear
          </Button>
        </div>
      ) : null}
      <div className={styles.end}>
        {filteredFields(spec).length === 0 ? null : <RecordFilter spec={spec} />}
        {mayCreate ? (
          <Button look="primary" icon={<Plus size={16} aria-hidden="true" />} keys="C" onClick={onCreate}>
            {`New ${one.toLowerCase()}`}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function countWords(
  { one, many }: RecordDeclaration['names'],
  total: number | null,
  isPartial: boolean,
): string {
  if (total === null) return 'Reading…';
  if (total === 0) return `No ${many.toLowerCase()}`;
  const what = one === many ? 'in the list' : (total === 1 ? one : many).toLowerCase();
  return `${formatCount(total)}${isPartial ? ' or more' : ''} ${what}`;
}
