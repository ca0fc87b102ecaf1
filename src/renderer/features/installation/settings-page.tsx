import { Settings2 } from 'lucide-react';
import { type ReactNode, type SubmitEvent, useEffect, useRef, useState } from 'react';
import type { Bridge } from '#shared/contract/bridge.ts';
import type { Installation } from '#shared/contract/installation.ts';
import { useAppServices, useSession } from '../../lib/app-services/context.ts';
import { messageOf } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import {
  type InstallationForm,
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
import { PlacePart } from './place-part.tsx';
import { ShipFields } from './ship-fields.tsx';
import { WindowFields } from './window-fields.tsx';

/** What is set on this computer. @param onLeave given where this stands in the place of something else */
export function SettingsPage({ onLeave }: { onLeave?: () => void }): ReactNode {
  const { installation: ask } = useAppServices();
  // Whether the id may still be changed the node alone can say.
  const phase = useSession(({ connection }) => connection.phase);
  const [told, setTold] = useState<Installation | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    if (ask === null) return;
    ask({ ask: 'read' }).then(
      (answer) => {
        if (answer.said === 'installation') {
          setTold(answer.installation);
          setFailure(null);
        }
        if (answer.said === 'refused') setFailure(answer.words);
      },
      (error: unknown) => setFailure(messageOf(error)),
    );
  }, [ask, phase]);
  if (ask === null || failure !== null)
    return (
      <main className={styles.page} aria-label="Settings">
        <EmptyState
          isProblem={failure !== null}
          icon={<Settings2 size={24} />}
          title={failure === null ? 'Settings are on the ship’s computer' : 'The settings could not be read'}
          action={onLeave === undefined ? undefined : <Button onClick={onLeave}>Back</Button>}
        >
          {failure ?? 'They can be changed in the ARUS app on the computer that holds the ship’s records.'}
        </EmptyState>
      </main>
    );
  if (told === null) return null;
  return <SettingsForm ask={ask} told={told} onTold={setTold} onLeave={onLeave} />;
}

function SettingsForm(props: {
  ask: Bridge['installation'];
  told: Installation;
  onTold: (told: Installation) => void;
  onLeave: (() => void) | undefined;
}): ReactNode {
  const { ask, told, onTold, onLeave } = props;
  const [form, setForm] = useState(() => formOf(told));
  const [problems, setProblems] = useState<Problems>({});
  const [said, setSaid] = useState<{ words: string; isProblem: boolean } | null>(null);
  const [office, setOffice] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const root = useRef<HTMLFormElement>(null);
  const { overridden, idIsFixed } = told;
  const isChanged = JSON.stringify(form) !== JSON.stringify(formOf(told));

  const change = (next: Partial<InstallationForm>): void => {
    setForm((now) => ({ ...now, ...next }));
    setProblems((now) => stillWrong(now, Object.keys(next)));
    setSaid(null);
  };
  const show = (found: Problems, words: string | null): void => {
    setProblems(found);
    setSaid(words === null ? null : { words, isProblem: true });
    requestAnimationFrame(() => root.current !== null && focusFirst(found, root.current));
  };
  const join = async (): Promise<void> => {
    const answer = await ask({ ask: 'join' });
    if (answer.said === 'refused') show({}, answer.words);
    if (answer.said !== 'office' || answer.office === null) return;
    const { vessel, name } = answer.office;
    // Who this ship is stands already; a file for another ship is told.
    if (vessel !== form.vessel && idIsFixed !== null) {
      show(
        {},
        `This file is for ${name} (${vessel}), and this ship is ${form.vessel}. Nothing was taken from it.`,
      );
      return;
    }
    setOffice(answer.office.office);
    setForm(joined(form, answer.office));
    show({}, null);
  };
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const answer = await ask({ ask: 'save', choice: choiceOf(form) });
      if (answer.said === 'refused') show(inWordsOfForm(answer.problems, form), answer.words);
      if (answer.said !== 'saved') return;
      onTold(answer.installation);
      setForm(formOf(answer.installation));
      setProblems({});
      setSaid({ words: answer.words, isProblem: false });
    } catch (error) {
      show({}, messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className={styles.page} aria-label="Settings">
      <form ref={root} className={styles.column} noValidate onSubmit={(event) => void save(event)}>
        <header className={styles.head}>
          <h1 className={styles.title}>Settings of this computer</h1>
          {onLeave === undefined ? null : <Button onClick={onLeave}>Back</Button>}
        </header>
        <section className={styles.section} aria-labelledby="settings-ship">
          <h2 id="settings-ship" className={styles.group}>
            The ship
          </h2>
          <ShipFields
            form={form}
            problems={problems}
            overridden={overridden}
            idHint={
              idIsFixed ??
              (onLeave === undefined
                ? 'Nothing has left this computer yet, so the id may still be changed. The office knows the ship by it.'
                : 'Change it only where ARUS says that its database belongs to another id.')
            }
            isIdFixed={idIsFixed !== null}
            onName={(name) => change({ name })}
            onId={(vessel) => change({ vessel })}
            onChange={change}
          />
        </section>
        <section className={styles.section} aria-labelledby="settings-office">
          <h2 id="settings-office" className={styles.group}>
            The office
          </h2>
          <LinkChoiceFields
            form={form}
            problems={problems}
            overridden={overridden}
            passwordFor={told.hasPassword ? told.choice.link.mqtt : null}
            office={office}
            onJoin={() => void join()}
            onChange={change}
            onProblems={(found) => show(found, null)}
          />
        </section>
        <section className={styles.section} aria-labelledby="settings-window">
          <h2 id="settings-window" className={styles.group}>
            How ARUS runs
          </h2>
          <WindowFields form={form} overridden={overridden} onChange={change} />
        </section>
        <section className={styles.section} aria-labelledby="settings-place">
          <h2 id="settings-place" className={styles.group}>
            Where the ship’s records lie
          </h2>
          <PlacePart place={told.place} settingsFile={told.settingsFile} />
        </section>
        <footer className={styles.foot}>
          <Button type="submit" look="primary" disabled={isBusy || !isChanged}>
            Save
          </Button>
          {isChanged ? (
            <Button
              look="quiet"
              onClick={() => {
                setForm(formOf(told));
                setProblems({});
                setSaid(null);
              }}
            >
              Leave it as it was
            </Button>
          ) : null}
          {said === null ? null : (
            <p
              className={said.isProblem ? styles.problem : styles.done}
              role={said.isProblem ? 'alert' : 'status'}
            >
              {said.words}
            </p>
          )}
        </footer>
      </form>
    </main>
  );
}
