import { FileDown } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { joinFileName, joinFileText } from '#shared/installation/join-file.ts';
import { proposeVesselId } from '#shared/installation/propose-vessel-id.ts';
import type { JoiningProposal } from '#shared/office/joining.ts';
import { save } from '../../features/file-transfer/file-transfer-source.ts';
import { CallError, messageOf } from '../../lib/transport/transport.ts';
import { markAndFocus } from '../../lib/mark-and-focus.ts';
import { Button } from '../../ui/button.tsx';
import { Field, TextArea, TextInput } from '../../ui/field.tsx';
import { useOffice, useRoute } from '../office.ts';
import { type JoinDraft, keepJoinDraft, readJoinDraft } from './join-draft.ts';
import styles from './join-page.module.css';

const none: JoiningProposal = { office: null, broker: null, ca: null };
const notRightYet = 'Something is not right yet. No file was made.';
/** What is wrong with a field where nothing stands in it. */
const needed: Readonly<Record<string, string>> & { vessel: string } = {
  vessel: 'The ship needs an id, such as polaris',
  name: 'The ship needs a name',
  office: 'The ship needs to know which office this is',
  broker: 'Give the address at which ships reach the broker',
};
/** Bytes of a file that is read for its certificates. */
const largestFile = 100_000;

/** The file with which a ship joins this office: one that it knows, or one that it has not heard of yet. */
export function JoinPage(): ReactNode {
  const { fleet, client } = useOffice();
  const { vessel } = useRoute();
  const vessels = useStore(fleet.store, (state) => state.vessels);
  const known = vessels?.find(({ vesselId }) => vesselId === vessel) ?? null;
  const [proposal, setProposal] = useState<JoiningProposal | null>(null);
  useEffect(() => {
    // Without it everything is typed; what is wrong with the gateway is told above.
    client.ask('joining.proposal').then(setProposal, () => setProposal(none));
  }, [client]);
  if (proposal === null || vessels === null) return <p className={styles.page}>Reading…</p>;
  const ship = known === null ? null : { id: known.vesselId, name: known.name };
  return <JoinForm key={ship?.id ?? ''} ship={ship} proposal={proposal} />;
}

function JoinForm(props: {
  /** Null for one that the office has not heard of. */
  ship: { id: string; name: string } | null;
  proposal: JoiningProposal;
}): ReactNode {
  const { ship, proposal } = props;
  const { client, router } = useOffice();
  const [draft, setDraft] = useState<JoinDraft>(() => readJoinDraft(localStorage, ship?.id ?? null));
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const [said, setSaid] = useState<{ words: string; isProblem: boolean } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const shown = {
    office: draft.office ?? proposal.office ?? '',
    broker: draft.broker ?? proposal.broker ?? '',
    ca: draft.ca ?? proposal.ca ?? '',
    name: ship?.name ?? draft.name,
    vessel: ship?.id ?? draft.vessel,
  };
  const change = (next: Partial<JoinDraft>): void => {
    const typed = { ...draft, ...next };
    setDraft(typed);
    keepJoinDraft(localStorage, typed);
    setSaid(null);
    setProblems(Object.fromEntries(Object.entries(problems).filter(([path]) => !(path in next))));
  };
  const show = (found: Readonly<Record<string, string>>, words: string): void => {
    markAndFocus(() => {
      setBusy(false);
      setProblems(found);
      setSaid({ words, isProblem: true });
    }, form.current);
  };

  const make = async (): Promise<void> => {
    const { office, broker, ca, name } = shown;
    const vessel = shown.vessel.trim();
    if (vessel === '') {
      show({ vessel: needed.vessel }, notRightYet);
      return;
    }
    setBusy(true);
    try {
      const user = draft.user.trim() === '' ? {} : { user: draft.user };
      const file = await client.ask('joining.make', {
        params: { id: vessel },
        body: { name, office, broker: broker.trim(), ca: ca.trim() === '' ? null : ca, ...user },
      });
      save(joinFileName(vessel), new Blob([joinFileText(file)], { type: 'application/json' }));
      setProblems({});
      const records = file.known === true ? ' The app says that her records come over the link.' : '';
      setSaid({
        words: `${joinFileName(vessel)} was made: give it to the ship. She is told her password by another way, not with the file.${records}`,
        isProblem: false,
      });
    } catch (error) {
      const details = error instanceof CallError ? error.details : [];
      const typed: Readonly<Record<string, string>> = shown;
      const found = details.map(({ path: name, message }): [string, string] => {
        const path = name === 'id' ? 'vessel' : name;
        return [path, typed[path]?.trim() === '' ? (needed[path] ?? message) : message];
      });
      show(Object.fromEntries(found), found.length === 0 ? messageOf(error) : notRightYet);
    } finally {
      setBusy(false);
    }
  };
  const readCertificates = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    if (file.size > largestFile)
      setProblems({ ...problems, ca: `${file.name} is too large for certificates` });
    else change({ ca: await file.text() });
  };
  return (
    <form
      ref={form}
      className={styles.page}
      noValidate
      aria-label="File to join with"
      onSubmit={(event) => event.preventDefault()}
    >
      <header>
        <h1 className={styles.title}>{ship === null ? 'Add a ship' : `File for ${ship.name}`}</h1>
        <p className={styles.words}>
          Makes a file that the ship’s computer takes at its first start, or under Settings. It says who she
          is to this office and where the broker is. No password is in it: a file goes through many hands.
          {ship === null ? ' The ship stands in the list once she has reported.' : ''}
        </p>
        {ship === null ? null : (
          <div className={styles.other}>
            <Button onClick={() => router.go({ vessel: null })}>For a ship that is not in the list…</Button>
          </div>
        )}
      </header>
      <div className={styles.fields}>
        <Field
          label="Ship’s name"
          error={problems['name']}
          hint={ship === null ? 'As painted on her bow' : null}
        >
          {(ids) => (
            <TextInput
              {...ids}
              value={shown.name}
              maxLength={80}
              readOnly={ship !== null}
              onChange={({ target: { value: name } }) =>
                change(draft.isIdTyped ? { name } : { name, vessel: proposeVesselId(name) })
              }
            />
          )}
        </Field>
        <Field
          label="Ship’s id"
          error={problems['vessel']}
          hint={ship === null ? 'Under which the office keeps her. No other ship may have it.' : null}
        >
          {(ids) => (
            <TextInput
              {...ids}
              value={shown.vessel}
              maxLength={40}
              spellCheck={false}
              readOnly={ship !== null}
              onChange={({ target: { value: vessel } }) => change({ vessel, isIdTyped: vessel !== '' })}
            />
          )}
        </Field>
        <Field label="User" error={problems['user']} hint="As the broker knows the ship. May be left empty.">
          {(ids) => (
            <TextInput
              {...ids}
              value={draft.user}
              maxLength={200}
              spellCheck={false}
              onChange={({ target: { value: user } }) => change({ user })}
            />
          )}
        </Field>
        <Field label="The office" error={problems['office']} hint="As the ship is to read it">
          {(ids) => (
            <TextInput
              {...ids}
              value={shown.office}
              maxLength={80}
              onChange={({ target: { value: office } }) => change({ office })}
            />
          )}
        </Field>
        <Field
          wide
          label="The broker’s address"
          error={problems['broker']}
          hint="As ships reach it, such as mqtts://broker.example.com:8883. With mqtt:// everything can be read on the way."
        >
          {(ids) => (
            <TextInput
              {...ids}
              value={shown.broker}
              maxLength={300}
              spellCheck={false}
              onChange={({ target: { value: broker } }) => change({ broker })}
            />
          )}
        </Field>
        <Field
          wide
          label="Authority of the broker"
          error={problems['ca']}
          hint="Its certificate, PEM. Empty where a public authority signed the broker’s."
          below={
            <div className={styles.other}>
              <Button onClick={() => chooser.current?.click()}>Read it from a file…</Button>
              <input
                ref={chooser}
                type="file"
                accept=".pem,.crt,.cer"
                hidden
                aria-label="File with the authority’s certificate"
                onChange={({ target }) => {
                  void readCertificates(target.files?.[0]);
                  target.value = '';
                }}
              />
            </div>
          }
        >
          {(ids) => (
            <TextArea
              {...ids}
              className={styles.pem}
              value={shown.ca}
              rows={5}
              spellCheck={false}
              onChange={({ target: { value: ca } }) => change({ ca })}
            />
          )}
        </Field>
      </div>
      <footer className={styles.foot}>
        <Button
          look="primary"
          icon={<FileDown size={16} aria-hidden="true" />}
          disabled={isBusy}
          onClick={() => void make()}
        >
          Make the file
        </Button>
        {said === null ? null : (
          <p
            role={said.isProblem ? 'alert' : 'status'}
            className={said.isProblem ? styles.problem : styles.done}
          >
            {said.words}
          </p>
        )}
      </footer>
    </form>
  );
}
