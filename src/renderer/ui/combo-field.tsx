import { Combobox } from '@base-ui/react/combobox';
import { Check, ChevronsUpDown, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Field, TextInput } from './field.tsx';
import styles from './popup-list.module.css';

/** A record that can be chosen: its id and what a person calls it. */
export interface Pick {
  id: string;
  label: string;
}

/** One of many records, found by typing. `find` answers with the records that match, best first. */
export function ComboField(props: {
  label: string;
  value: Pick | null;
  placeholder: string;
  find: (words: string) => Promise<readonly Pick[]>;
  onChange: (value: Pick | null) => void;
  error?: string | undefined;
  below?: ReactNode;
  wide?: boolean;
}): ReactNode {
  const { label, value, placeholder, find, onChange, error, below, wide = false } = props;
  const [found, setFound] = useState<readonly Pick[]>([]);
  const [note, setNote] = useState('');
  const [isOpen, setOpen] = useState(false);
  const asked = useRef(0);

  const search = (words: string): void => {
    asked.current += 1;
    const mine = asked.current;
    find(words).then(
      (picks) => {
        if (mine !== asked.current) return;
        setFound(picks);
        setNote(picks.length === 0 ? 'Nothing by that name.' : '');
      },
      () => {
        if (mine === asked.current) setNote('The list could not be read.');
      },
    );
  };
  useEffect(
    () => () => {
      asked.current += 1;
    },
    [],
  );

  const items = value === null || found.some(({ id }) => id === value.id) ? found : [...found, value];
  return (
    <Field label={label} error={error} below={below} wide={wide}>
      {(ids) => (
        <Combobox.Root
          items={items}
          value={value}
          itemToStringLabel={(pick: Pick) => pick.label}
          isItemEqualToValue={(item: Pick, chosen: Pick) => item.id === chosen.id}
          filter={null}
          onOpenChange={(open, { reason }) => {
            setOpen(open);
            if (open && reason !== 'input-change') search('');
          }}
          onValueChange={(pick) => onChange(pick)}
          onInputValueChange={(words, { reason }) => {
            if (reason === 'input-change') search(words);
          }}
        >
          <Combobox.InputGroup className={styles.group}>
            <Combobox.Input
              render={<TextInput />}
              placeholder={placeholder}
              {...ids}
              onKeyDown={(event) => {
                // With the list closed the library would empty the field; whoever leaves a form by Esc means no such thing.
                if (event.key === 'Escape' && !isOpen) event.preventBaseUIHandler();
              }}
            />
            <div className={styles.groupButtons}>
              <Combobox.Clear className={styles.groupButton} aria-label={`Clear ${label.toLowerCase()}`}>
                <X size={16} aria-hidden="true" />
              </Combobox.Clear>
              <Combobox.Trigger className={styles.groupButton} aria-label={`Show ${label.toLowerCase()}`}>
                <ChevronsUpDown size={16} aria-hidden="true" />
              </Combobox.Trigger>
            </div>
          </Combobox.InputGroup>
          <Combobox.Portal>
            <Combobox.Positioner className={styles.positioner} sideOffset={4}>
              <Combobox.Popup className={styles.popup}>
                <Combobox.Status className={styles.note}>{note}</Combobox.Status>
                <Combobox.List className={styles.list}>
                  {(pick: Pick) => (
                    <Combobox.Item key={pick.id} value={pick} className={styles.item}>
                      <span className={styles.itemText}>{pick.label}</span>
                      <Combobox.ItemIndicator className={styles.indicator}>
                        <Check size={16} aria-hidden="true" />
                      </Combobox.ItemIndicator>
                    </Combobox.Item>
                  )}
                </Combobox.List>
              </Combobox.Popup>
            </Combobox.Positioner>
          </Combobox.Portal>
        </Combobox.Root>
      )}
    </Field>
  );
}
