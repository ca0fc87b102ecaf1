import { Popover } from '@base-ui/react/popover';
import { ListFilter } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import type { FieldDeclaration, RecordDeclaration } from '#shared/records/define-record.ts';
import { Button } from '../../ui/button.tsx';
import { ComboField, type Pick } from '../../ui/combo-field.tsx';
import { ToggleChips } from '../../ui/toggle-chips.tsx';
import { useRecordSite } from '../site.ts';
import { choiceIcon } from '../words/choice-icons.tsx';
import { filterWords, filteredFields } from './filtered-fields.ts';
import styles from './record-filter.module.css';

/** Everything that narrows the list of a kind, in one place that floats over it. */
export function RecordFilter({ spec }: { spec: RecordDeclaration }): ReactNode {
  const list = useRecordSite().listOf(spec.entity);
  const { filter } = useStore(list.query);
  const count = Object.keys(filter).length;
  const what = spec.names.many.toLowerCase();
  return (
    <Popover.Root>
      <Popover.Trigger
        render={
          <Button icon={<ListFilter size={16} aria-hidden="true" />} keys="F">
            {count === 0 ? 'Filter' : `Filter, ${count} on`}
          </Button>
        }
        data-shortcut="filter"
      />
      <Popover.Portal>
        <Popover.Positioner className={styles.positioner} sideOffset={4} align="end">
          <Popover.Popup className={styles.popup}>
            <Popover.Title className="visually-hidden">{`Filter ${what}`}</Popover.Title>
            {filteredFields(spec).map(([name, declared]) => (
              <FilteredField key={name} spec={spec} name={name} declared={declared} />
            ))}
            <div className={styles.foot}>
              <Button
                disabled={count === 0}
                onClick={() => {
                  for (const name of Object.keys(filter)) list.narrow(name, []);
                }}
              >
                Clear filter
              </Button>
              <Popover.Close render={<Button look="primary">{`Show ${what}`}</Button>} />
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function FilteredField(props: {
  spec: RecordDeclaration;
  name: string;
  declared: FieldDeclaration;
}): ReactNode {
  const { spec, name, declared } = props;
  const { port, listOf } = useRecordSite();
  const list = listOf(spec.entity);
  const values = useStore(list.query, ({ filter }) => filter[name]) ?? [];
  // The list knows the record by its id alone.
  const [chosen, setChosen] = useState<Pick | null>(null);
  if (declared.type === 'reference') {
    const [id] = values;
    const refersTo = declared.refersTo ?? '';
    const value =
      typeof id !== 'string' ? null : chosen?.id === id ? chosen : { id, label: 'The one chosen' };
    return (
      <ComboField
        label={declared.label}
        placeholder="Any"
        value={value}
        find={(words) => port.find(refersTo, words)}
        onChange={(pick) => {
          setChosen(pick);
          list.narrow(name, pick === null ? [] : [pick.id]);
        }}
      />
    );
  }
  const isFlag = declared.type === 'flag';
  const pressed = values.map(String);
  return (
    <ToggleChips
      label={declared.label}
      value={pressed}
      choices={Object.entries(filterWords(declared)).map(([value, label]) => ({
        value,
        label,
        icon: choiceIcon({ entity: spec.entity, field: name }, value),
      }))}
      onChange={(next) => {
        if (!isFlag) list.narrow(name, next);
        // Yes and no together are all.
        else list.narrow(name, next.length === 1 ? [next[0] === 'true'] : []);
      }}
    />
  );
}
