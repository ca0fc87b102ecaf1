import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import type { FieldValues } from '#shared/records/record.ts';
import { CallError, messageOf } from '../../lib/transport/transport.ts';
import { markAndFocus } from '../../lib/mark-and-focus.ts';
import { FormFrame } from '../../ui/form-frame.tsx';
import type { FieldEntry, FormEntries } from '../fields/field-entry.ts';
import type { SeenDetail } from '../port.ts';
import { useRecordSite } from '../site.ts';
import { useLabels } from '../words/use-labels.ts';
import { type Clash, ClashNote, referencesInClashes } from './clash-note.tsx';
import { draftKey } from './draft-key.ts';
import {
  type Wrongs,
  broughtUpToDate,
  entriesOf,
  fieldsOfChange,
  readChanges,
  refusedByRule,
  wrongsIn,
} from './form-fields.ts';
import { RecordFields } from './record-fields.tsx';

/** Changes a record. Only what the person touched is written, against what they saw when they began. */
export function EditRecord(props: {
  spec: RecordDeclaration;
  record: SeenDetail;
  onDone: () => void;
}): ReactNode {
  const { spec, record, onDone } = props;
  const site = useRecordSite();
  const { port, drafts, notices } = site;
  const unkept = useStore(drafts.store, ({ trouble }) => trouble);
  const key = draftKey(record);
  const draft = drafts.store.getState().drafts.get(key);
  // The record as it stood when the person began; events that come in meanwhile must not move it.
  const [before, setBefore] = useState(draft?.before ?? record);
  const [clashes, setClashes] = useState<readonly Clash[]>([]);
  const labels = useLabels(site, referencesInClashes(spec.entity, clashes));
  const [entries, setEntries] = useState(() => draft?.values ?? entriesOf(spec, before, labels));
  const [wrong, setWrong] = useState<Wrongs>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const keep = (next: FormEntries, seen: SeenDetail): void => {
    setEntries(next);
    drafts.keep(key, { values: next, before: seen });
  };
  const enter = (name: string, entry: FieldEntry): void => {
    keep({ ...entries, [name]: entry }, before);
    setWrong((known) => Object.fromEntries(Object.entries(known).filter(([other]) => other !== name)));
  };
  const finish = (): void => {
    drafts.discard(key);
    onDone();
  };

  /** Takes the record as it stands now for what the person has seen, and lists what differs from theirs. */
  async function learn({ details }: CallError): Promise<void> {
    const now = await port.get(record);
    keep(broughtUpToDate(entries, entriesOf(spec, before, labels), entriesOf(spec, now, labels)), now);
    setBefore(now);
    setClashes(details.map(({ path, value, by, at }) => ({ field: path, value, by, at })));
    setProblem(
      `Somebody changed the same field${details.length === 1 ? '' : 's'} while you were writing. Nothing was saved yet: choose which to keep.`,
    );
  }

  function tell(error: unknown, changes: FieldValues): void {
    if (!(error instanceof CallError)) {
      setProblem(messageOf(error));
      return;
    }
    const writing = { at: new Date(site.now()).toISOString(), by: site.actor() };
    const refused =
      error.code === 'not_allowed'
        ? refusedByRule(spec, before.values, { changes, writing })
        : wrongsIn(spec, error);
    markAndFocus(() => {
      setWrong(refused);
      // What a field says of itself is not said twice.
      setProblem(
        Object.values(refused).includes(error.message)
          ? 'Nothing was saved: see the field that is marked.'
          : error.message,
      );
    });
  }

  const submit = async (): Promise<void> => {
    setProblem(null);
    const read = readChanges(spec, entriesOf(spec, before, labels), entries, labels);
    if (read.values === null) {
      markAndFocus(() => setWrong(read.wrong));
      return;
    }
    setWrong({});
    const changes = read.values;
    if (Object.keys(changes).length === 0) {
      finish();
      return;
    }
    if (!(await site.mayWrite())) return;
    const basis = Object.entries(before.versions).filter(([field]) => Object.hasOwn(changes, field));
    setBusy(true);
    try {
      const saved = await port.update(record, changes, Object.fromEntries(basis));
      notices.say(`Saved ${saved.title}`);
      finish();
    } catch (error) {
      setBusy(false);
      if (error instanceof CallError && error.code === 'stale')
        await learn(error).catch((why: unknown) => setProblem(messageOf(why)));
      else tell(error, changes);
    }
  };

  const settle = (field: string, takeTheirs: boolean): void => {
    const theirs = entriesOf(spec, before, labels)[field];
    if (takeTheirs && theirs !== undefined) keep({ ...entries, [field]: theirs }, before);
    setClashes((open) => open.filter((clash) => clash.field !== field));
    if (clashes.length <= 1) setProblem(null);
  };
  return (
    <FormFrame
      label={`Change ${record.title}`}
      action="Save"
      discard="Discard changes"
      problem={problem}
      unkept={unkept}
      isBusy={isBusy || clashes.length > 0}
      onSubmit={submit}
      onDiscard={finish}
    >
      <RecordFields
        spec={spec}
        fields={fieldsOfChange(spec)}
        entries={entries}
        wrong={wrong}
        labels={labels}
        standing={before.values}
        onChange={enter}
        below={Object.fromEntries(
          clashes.map((clash) => [
            clash.field,
            <ClashNote
              key={clash.field}
              entity={spec.entity}
              clash={clash}
              labels={labels}
              onSettle={(theirs) => settle(clash.field, theirs)}
            />,
          ]),
        )}
      />
    </FormFrame>
  );
}
