import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import type { FieldValues } from '#shared/records/record.ts';
import { CallError, messageOf } from '../../lib/transport/transport.ts';
import { markAndFocus } from '../../lib/mark-and-focus.ts';
import { FormFrame } from '../../ui/form-frame.tsx';
import type { FieldEntry } from '../fields/field-entry.ts';
import type { SeenDetail } from '../port.ts';
import { useRecordSite } from '../site.ts';
import { useLabels } from '../words/use-labels.ts';
import { type Wrongs, emptyEntries, fieldsOfNew, readNew, wrongsIn } from './form-fields.ts';
import { RecordFields } from './record-fields.tsx';

/** Enters a new record. What was typed is kept when the form is closed before. */
export function NewRecordForm(props: {
  spec: RecordDeclaration;
  /** Under what it is kept that somebody began. */
  draft: string;
  /** What is given besides what the form asks for, such as the record that the new one belongs to. */
  given?: FieldValues;
  onCreated: (record: SeenDetail) => void;
  onDiscard: () => void;
}): ReactNode {
  const { spec, draft, given = {}, onCreated, onDiscard } = props;
  const site = useRecordSite();
  const { port, drafts, notices } = site;
  const unkept = useStore(drafts.store, ({ trouble }) => trouble);
  const labels = useLabels(site, []);
  const [entries, setEntries] = useState(
    () => drafts.store.getState().drafts.get(draft)?.values ?? emptyEntries(spec, labels),
  );
  const [wrong, setWrong] = useState<Wrongs>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [asked, setAsked] = useState<{ words: string; values: FieldValues } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const one = spec.names.one.toLowerCase();

  const enter = (name: string, entry: FieldEntry): void => {
    const next = { ...entries, [name]: entry };
    setEntries(next);
    setWrong(without(wrong, name));
    // It was asked about what stood there before.
    setAsked(null);
    drafts.keep(draft, { values: next, before: null });
  };

  const tell = (error: unknown, values: FieldValues): void => {
    if (error instanceof CallError && error.code === 'needs_confirmation') {
      setAsked({ words: error.message, values });
      return;
    }
    markAndFocus(() => {
      setAsked(null);
      setWrong(error instanceof CallError ? wrongsIn(spec, error) : {});
      setProblem(messageOf(error));
    });
  };

  /** @param confirmed true where the person was asked about these very values */
  const send = async (values: FieldValues, confirmed: boolean): Promise<void> => {
    if (!(await site.mayWrite())) return;
    setProblem(null);
    setBusy(true);
    try {
      const record = await port.create(spec.entity, values, confirmed);
      drafts.discard(draft);
      notices.say(`${record.title} entered`);
      onCreated(record);
    } catch (error) {
      setBusy(false);
      tell(error, values);
    }
  };

  const submit = async (): Promise<void> => {
    setProblem(null);
    const read = readNew(spec, entries, labels);
    if (read.values === null) markAndFocus(() => setWrong(read.wrong));
    else {
      setWrong({});
      await send({ ...read.values, ...given }, false);
    }
  };
  return (
    <FormFrame
      label={`New ${one}`}
      action={`Enter ${one}`}
      discard="Discard"
      problem={problem}
      unkept={unkept}
      question={
        asked === null
          ? null
          : {
              words: asked.words,
              yes: 'Enter it all the same',
              no: 'Go back and correct',
              onYes: () => void send(asked.values, true),
              onNo: () => setAsked(null),
            }
      }
      isBusy={isBusy}
      onSubmit={submit}
      onDiscard={() => {
        drafts.discard(draft);
        onDiscard();
      }}
    >
      <RecordFields
        spec={spec}
        fields={fieldsOfNew(spec)}
        entries={entries}
        wrong={wrong}
        labels={labels}
        onChange={enter}
      />
    </FormFrame>
  );
}

function without(wrong: Wrongs, name: string): Wrongs {
  return Object.fromEntries(Object.entries(wrong).filter(([other]) => other !== name));
}
