import { X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { CallError, messageOf } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { FormFrame } from '../../ui/form-frame.tsx';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import type { FieldEntry } from '../fields/field-entry.ts';
import type { SeenDetail } from '../port.ts';
import { useRecordSite } from '../site.ts';
import { useLabels } from '../words/use-labels.ts';
import { type Wrongs, emptyEntries, fieldsOfNew, readNew, wrongsIn } from './form-fields.ts';
import { focusWrong } from './focus-wrong.ts';
import { RecordFields } from './record-fields.tsx';

/** Enters a new record. It closes once the write is held; what was typed is kept when it is closed before. */
export function CreateRecord(props: {
  spec: RecordDeclaration;
  onClose: () => void;
  onCreated: (record: SeenDetail) => void;
}): ReactNode {
  const { spec, onClose, onCreated } = props;
  const site = useRecordSite();
  const { port, drafts, notices } = site;
  const labels = useLabels(site, []);
  const key = `${spec.entity}/new`;
  const [entries, setEntries] = useState(
    () => drafts.store.getState().drafts.get(key)?.values ?? emptyEntries(spec, labels),
  );
  const [wrong, setWrong] = useState<Wrongs>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const one = spec.names.one.toLowerCase();

  const enter = (name: string, entry: FieldEntry): void => {
    const next = { ...entries, [name]: entry };
    setEntries(next);
    setWrong(without(wrong, name));
    drafts.keep(key, { values: next, before: null });
  };

  const submit = async (): Promise<void> => {
    setProblem(null);
    const read = readNew(spec, entries, labels);
    setWrong(read.wrong ?? {});
    if (read.values === null) {
      focusWrong();
      return;
    }
    if (!site.mayWrite()) return;
    setBusy(true);
    try {
      const record = await port.create(spec.entity, read.values);
      drafts.discard(key);
      notices.say(`${record.title} entered`);
      onCreated(record);
    } catch (error) {
      const named = error instanceof CallError ? wrongsIn(spec, error) : {};
      setWrong(named);
      setProblem(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <Pane
      head={
        <PaneHead title={`New ${one}`}>
          <Button look="quiet" iconOnly icon={<X size={16} />} keys="Esc" onClick={onClose}>
            Close
          </Button>
        </PaneHead>
      }
    >
      <FormFrame
        label={`New ${one}`}
        action={`Enter ${one}`}
        discard="Discard"
        problem={problem}
        isBusy={isBusy}
        onSubmit={submit}
        onDiscard={() => {
          drafts.discard(key);
          onClose();
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
    </Pane>
  );
}

function without(wrong: Wrongs, name: string): Wrongs {
  return Object.fromEntries(Object.entries(wrong).filter(([other]) => other !== name));
}
