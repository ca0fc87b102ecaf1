import { Ship } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { proposeVesselId } from '#shared/installation/propose-vessel-id.ts';
import type { Bridge } from '#shared/contract/bridge.ts';
import type { CopyToRestore } from '#shared/contract/installation.ts';
import { useAppServices } from '../../lib/app-services/context.ts';
import { messageOf } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { CopyChoice } from './copy-choice.tsx';
import { forgetFirstPerson, keepFirstPerson, wrongInPerson } from './first-person.ts';
import { type FirstStartDraft, forgetDraft, keepDraft, readDraft } from './first-start-draft.ts';
import {
  type Problems,
  choiceOf,
  focusFirst,
  formOf,
  inWordsOfForm,
  joined,
  stillWrong,
} from './installation-form.ts';
import styles from './installation.module.css';
import { LinkChoiceFields } from './link-choice-fields.tsx';
import { PlaceNote } from './place-part.tsx';
import { ShipFields } from './ship-fields.tsx';

type Ask = Bridge['installation'];

/** Asks which ship this is before there is a vessel node. Nothing is fixed before Start is pressed. */
export function FirstStart({ corner }: { corner: ReactNode }): ReactNode {
  const { installation } = useAppServices();
  const [begun, setBegun] = useState<Begun | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    if (installation === null) return;
    begin(installation).then(setBegun, (error: unknown) => setFailure(messageOf(error)));
  }, [installation]);
  if (failure !== null)
    return (
      <EmptyState isProblem icon={<Ship size={24} />} title="ARUS cannot be set up">
        {failure}
      </EmptyState>
    );
  if (begun === null || installation === null) return null;
  return <Guide ask={installation} begun={begun} corner={corner} />;
}

interface Begun {
  draft: FirstStartDraft;
  copy: CopyToRestore | null;
  overridden: Readonly<Record<string, string>>;
  /** Of the folder in which the ship's data will lie; null for nothing to say. */
  note: string | null;
}

async function begin(ask: Ask): Promise<Begun> {
  const answer = await ask({ ask: 'read' });
  if (answer.said !== 'installation') throw new Error(answer.said === 'refused' ? answer.words : '');
  const { installation } = answer;
  const form = formOf(installation);
  const fresh: FirstStartDraft = {
    form,
    isIdTyped: form.vessel !== '',
    office: null,
    fromShore: null,
    copy: null,
    personName: '',
    personRank: '',
  };
  const { copy, overridden, place } = installation;
  const draft = readDraft(localStorage, form) ?? fresh;
  return { draft, copy: copy?.id === draft.copy?.id ? copy : null, overridden, note: place.note };
}

function Guide(props: { ask: Ask; begun: Begun; corner: ReactNode }): ReactNode {
  const { ask, begun, corner } = props;
  const { overridden, note } = begun;
  const [draft, setDraft] = useState(begun.draft);
  const [copy, setCopy] = useState(begun.copy);
  const [problems, setProblems] = useState<Problems>({});
  const [said, setSaid] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isReading, setReading] = useState(false);
  const root = useRef<HTMLFormElement>(null);
  const { form } = draft;
  useEffect(() => root.current?.querySelector<HTMLElement>('[data-field="name"]')?.focus(), []);

  const change = (next: Partial<FirstStartDraft>): void => {
    setDraft((now) => {
      const changed = { ...now, ...next };
      keepDraft(localStorage, changed);
      return changed;
    });
  };
  const changeForm = (next: Partial<FirstStartDraft['form']>): void => {
    setProblems((now) => stillWrong(now, Object.keys(next)));
    setSaid(null);
    change({ form: { ...form, ...next } });
  };
  const changePerson = (next: { personName?: string; personRank?: string }): void => {
    setProblems((now) => stillWrong(now, ['person.name', 'person.rank']));
    setSaid(null);
    change(next);
  };
  const show = (found: Problems, words: string | null): void => {
    setProblems(found);
    setSaid(words);
    // The fields have been marked by then.
    requestAnimationFrame(() => root.current !== null && focusFirst(found, root.current));
  };

  const join = async (): Promise<void> => {
    const answer = await ask({ ask: 'join' });
    if (answer.said === 'refused') show({}, answer.words);
    if (answer.said !== 'office' || answer.office === null) return;
    const { office, vessel, isKnown } = answer.office;
    if (copy !== null && copy.vessel !== vessel) {
      show({}, `${twoShips(vessel, copy.vessel)} Nothing was taken from the office’s file.`);
      return;
    }
    const joining = joined(form, answer.office);
    change({
      form: copy === null ? joining : { ...joining, name: form.name },
      isIdTyped: true,
      office,
      fromShore: isKnown ? vessel : null,
    });
    show({}, null);
  };
  const restore = (taken: CopyToRestore): void => {
    const typed = draft.copy?.typed ?? { vessel: form.vessel, name: form.name, isIdTyped: draft.isIdTyped };
    setCopy(taken);
    change({
      form: { ...form, vessel: taken.vessel, name: taken.name ?? form.name },
      isIdTyped: true,
      copy: { id: taken.id, file: taken.file, typed },
    });
    const isOther = draft.office !== null && form.vessel !== '' && form.vessel !== taken.vessel;
    show(
      {},
      isOther ? `${twoShips(form.vessel, taken.vessel)} Ask the office before you press Start.` : null,
    );
  };
  const leaveCopy = (): void => {
    setCopy(null);
    if (draft.copy === null) return;
    const { vessel, name, isIdTyped } = draft.copy.typed;
    // Of one that has to be chosen again both may have been typed anew.
    const was = begun.draft.form;
    const isTypedSince = copy === null && (form.vessel !== was.vessel || form.name !== was.name);
    change(isTypedSince ? { copy: null } : { form: { ...form, vessel, name }, isIdTyped, copy: null });
    show({}, null);
  };
  const start = async (): Promise<void> => {
    const person = wrongInPerson(draft.personName, draft.personRank);
    if (person.name !== undefined || person.rank !== undefined) {
      show(prefixed(person), 'Something is not right yet. Nothing was written.');
      return;
    }
    if (isReading) {
      show({ copy: '' }, 'The copy is still being read. Wait for it, or stop it. Nothing was written.');
      return;
    }
    setBusy(true);
    try {
      keepFirstPerson(localStorage, draft.personName, draft.personRank);
      const chosen = draft.copy === null ? {} : { copy: draft.copy.id };
      const answer = await ask({ ask: 'save', choice: choiceOf(form), ...chosen });
      if (answer.said === 'saved') {
        forgetDraft(localStorage);
        return;
      }
      forgetFirstPerson(localStorage);
      if (answer.said === 'refused') show(inWordsOfForm(answer.problems, form), answer.words);
    } catch (error) {
      forgetFirstPerson(localStorage);
      show({}, messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className={styles.guide} aria-label="First start">
      <form ref={root} className={styles.column} noValidate onSubmit={(event) => event.preventDefault()}>
        <header className={styles.head}>
          <div>
            <h1 className={styles.title}>Which ship is this?</h1>
            <p className={styles.words}>
              Nothing is fixed before you press Start. You may close ARUS and come back: what you have typed
              stays on this computer, but for the password.
            </p>
          </div>
          {corner}
        </header>
        <PlaceNote note={note} />
        <section className={styles.section} aria-labelledby="first-start-ship">
          <h2 id="first-start-ship" className={styles.group}>
            1. The ship
          </h2>
          <CopyChoice
            ask={ask}
            copy={copy}
            forgotten={copy === null && draft.copy !== null ? draft.copy.file : null}
            timeZone={form.timeZone}
            isReading={isReading}
            onReading={setReading}
            onTaken={restore}
            onLeft={leaveCopy}
          />
          <ShipFields
            form={form}
            problems={problems}
            overridden={overridden}
            nameHint={copy !== null && copy.name !== null ? 'From the copy' : undefined}
            idHint={
              copy === null
                ? 'The office knows the ship by this id. It cannot simply be changed once work has gone ashore.'
                : 'From the copy. The office knows the ship by this id.'
            }
            isNameFixed={copy !== null && copy.name !== null}
            isIdFixed={copy !== null}
            onName={(name) =>
              changeForm(draft.isIdTyped ? { name } : { name, vessel: proposeVesselId(name) })
            }
            onId={(vessel) => {
              changeForm({ vessel });
              change({ form: { ...form, vessel }, isIdTyped: vessel !== '' });
            }}
            onChange={changeForm}
          />
        </section>
        <section className={styles.section} aria-labelledby="first-start-office">
          <h2 id="first-start-office" className={styles.group}>
            2. The office
          </h2>
          <LinkChoiceFields
            form={form}
            problems={problems}
            overridden={overridden}
            passwordFor={null}
            office={draft.office}
            later=" An office can be set later, under Settings."
            records={copy === null ? <FromShore isKnown={draft.fromShore === form.vessel.trim()} /> : null}
            onJoin={() => void join()}
            onChange={changeForm}
            onProblems={(found) => show(found, null)}
          />
        </section>
        <section className={styles.section} aria-labelledby="first-start-person">
          <h2 id="first-start-person" className={styles.group}>
            3. Who is at the keyboard
          </h2>
          <div className={styles.fields}>
            <Field
              label="Your name"
              error={problems['person.name']}
              hint="Stands under what you enter. May be left empty: you can say it later."
            >
              {(ids) => (
                <TextInput
                  {...ids}
                  data-field="person.name"
                  value={draft.personName}
                  maxLength={80}
                  onChange={(event) => changePerson({ personName: event.target.value })}
                />
              )}
            </Field>
            <Field
              label="Rank"
              error={problems['person.rank']}
              hint="As on the muster list, such as Second engineer"
            >
              {(ids) => (
                <TextInput
                  {...ids}
                  data-field="person.rank"
                  value={draft.personRank}
                  maxLength={60}
                  onChange={(event) => changePerson({ personRank: event.target.value })}
                />
              )}
            </Field>
          </div>
        </section>
        <footer className={styles.foot}>
          {/* By this button alone: Enter in a field fixes nothing. */}
          <Button look="primary" disabled={isBusy} onClick={() => void start()}>
            Start
          </Button>
          {said === null ? null : (
            <p className={styles.problem} role="alert">
              {said}
            </p>
          )}
        </footer>
      </form>
    </main>
  );
}

function twoShips(office: string, copy: string): string {
  return `The office’s file is for ${office}, and the copy is of ${copy}.`;
}

/** Where the records of a ship come from that has an office and no copy. */
function FromShore({ isKnown }: { isKnown: boolean }): ReactNode {
  return (
    <div className={styles.preview}>
      <p>
        {isKnown
          ? 'This ship is at the office already: her records come over the link.'
          : 'Where the office has records of a ship under this id, they come over the link.'}{' '}
        Nothing has to be done for that, but it takes its time on a slow link.
      </p>
      <p>
        <strong>Not over the link:</strong> what was written on a lost computer and had not gone ashore, who
        changed what before (the office can look that up), and keys for files by hand.
      </p>
    </div>
  );
}

function prefixed(person: { name?: string; rank?: string }): Problems {
  return Object.fromEntries(Object.entries(person).map(([field, words]) => [`person.${field}`, words]));
}
