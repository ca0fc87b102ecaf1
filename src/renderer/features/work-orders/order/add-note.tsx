import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import type { WorkOrder } from '#shared/contract/work-orders.ts';
import { Button } from '../../../ui/button.tsx';
import { Field, TextArea } from '../../../ui/field.tsx';
import { useKeptTexts } from '../../../lib/text-drafts.ts';
import { UnkeptNote } from '../../../ui/unkept-note.tsx';
import styles from './add-note.module.css';
import { useWorkOrders } from '../context.ts';
import { noteKey } from './closing-key.ts';

/** Adds a line to the notes. Like a logbook they only grow, so that two people who write at once lose nothing. */
export function AddNote({ order }: { order: WorkOrder }): ReactNode {
  const { actions, texts: drafts } = useWorkOrders();
  const { texts, type, discard } = useKeptTexts(drafts, noteKey(order.id), { text: '' });
  const { text } = texts;
  const unkept = useStore(drafts.store, ({ trouble }) => trouble);
  const [isSaving, setSaving] = useState(false);
  const isEmpty = text.trim() === '';

  const submit = (event: { preventDefault(): void }): void => {
    event.preventDefault();
    if (isEmpty || isSaving) return;
    setSaving(true);
    void actions.addNote(order, text).then((isKept) => {
      setSaving(false);
      if (isKept) discard();
    });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field label="Add a note">
        {(ids) => (
          <TextArea
            {...ids}
            className={styles.area}
            rows={1}
            value={text}
            // What is typed while it is saved would go with it.
            readOnly={isSaving}
            onChange={(event) => type({ text: event.target.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
            }}
          />
        )}
      </Field>
      <UnkeptNote why={isEmpty ? null : unkept} />
      {isEmpty ? null : (
        <Button type="submit" disabled={isSaving} keys="Ctrl Enter">
          Add note
        </Button>
      )}
    </form>
  );
}
