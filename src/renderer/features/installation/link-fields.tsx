import { type ReactNode, useRef, useState } from 'react';
import { type BrokerFile, brokerFiles } from '#shared/contract/installation.ts';
import { brokerHost, passwordGoesAlong } from '#shared/installation/kept-password.ts';
import { useAppServices } from '../../lib/app-services/context.ts';
import { messageOf } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { FileField } from './file-field.tsx';
import { type InstallationForm, type Problems, inWordsOfForm, linkOf } from './installation-form.ts';
import styles from './installation.module.css';
import { type FieldsProps, overrideText } from './ship-fields.tsx';

const fileLabels: Readonly<Record<BrokerFile, { label: string; none: string }>> = {
  ca: { label: 'Authority of the broker', none: 'None: the public authorities are trusted' },
  cert: { label: 'This ship’s certificate', none: 'None: the ship shows user and password' },
  key: { label: 'Key of that certificate', none: 'None' },
};

interface Trial {
  /** What was tried; what is typed afterwards was not. */
  of: string;
  state: 'running' | 'let in' | 'refused';
  words: string;
}

/** Where the office is reached, and a way to try it. */
export function LinkFields(
  props: FieldsProps & { passwordFor: string | null; onProblems: (problems: Problems) => void },
): ReactNode {
  const { form, problems, overridden, onChange, passwordFor, onProblems } = props;
  const { installation } = useAppServices();
  const [trial, setTrial] = useState<Trial | null>(null);
  const tried = useRef(0);
  const asked = JSON.stringify([form.vessel, linkOf(form)]);
  const shown = trial?.of === asked ? trial : null;
  const hint = (name: string, usual: string): string => {
    const option = overridden[name];
    return option === undefined ? usual : overrideText(option);
  };

  const tryIt = async (): Promise<void> => {
    if (installation === null) return;
    tried.current += 1;
    const mine = tried.current;
    const tell = (state: Trial['state'], words: string): void => {
      if (mine === tried.current) setTrial({ of: asked, state, words });
    };
    tell('running', 'Trying the link. This takes 30 seconds at most.');
    try {
      const answer = await installation({ ask: 'try link', vessel: form.vessel.trim(), link: linkOf(form) });
      if (answer.said === 'tried') tell(answer.isLetIn ? 'let in' : 'refused', answer.words);
      if (answer.said !== 'refused') return;
      tell(
        'refused',
        Object.values(answer.problems).length === 0 ? answer.words : 'Something is not right yet.',
      );
      onProblems(inWordsOfForm(answer.problems, form));
    } catch (error) {
      tell('refused', messageOf(error));
    }
  };
  const choose = async (kind: BrokerFile): Promise<void> => {
    if (installation === null) return;
    const answer = await installation({ ask: 'choose file', of: kind });
    if (answer.said === 'refused') onProblems({ [`link.${kind}`]: answer.words });
    if (answer.said === 'file' && answer.file !== null)
      onChange({ files: { ...form.files, [kind]: answer.file } });
  };
  return (
    <>
      <div className={styles.fields}>
        <Field
          wide
          label="The broker’s address"
          error={problems['link.mqtt']}
          hint={hint(
            'mqtt',
            'Such as mqtts://broker.example.com:8883. With mqtt:// everything can be read on the way.',
          )}
        >
          {(ids) => (
            <TextInput
              {...ids}
              data-field="link.mqtt"
              value={form.mqtt}
              maxLength={300}
              spellCheck={false}
              readOnly={overridden['mqtt'] !== undefined}
              onChange={(event) => onChange({ mqtt: event.target.value })}
            />
          )}
        </Field>
        <Field
          label="User"
          error={problems['link.mqttUser']}
          hint={hint('mqttUser', 'As the office calls this ship at the broker')}
        >
          {(ids) => (
            <TextInput
              {...ids}
              data-field="link.mqttUser"
              value={form.mqttUser}
              maxLength={200}
              spellCheck={false}
              readOnly={overridden['mqttUser'] !== undefined}
              onChange={(event) => onChange({ mqttUser: event.target.value })}
            />
          )}
        </Field>
        <Field
          label="Password"
          error={problems['link.password']}
          hint={hint('mqttPasswordFile', passwordHint(form, passwordFor))}
        >
          {(ids) => (
            <TextInput
              {...ids}
              type="password"
              autoComplete="new-password"
              data-field="link.password"
              value={form.password ?? ''}
              placeholder={isKept(form, passwordFor) ? 'Set' : ''}
              maxLength={500}
              readOnly={overridden['mqttPasswordFile'] !== undefined}
              onChange={(event) => onChange({ password: event.target.value })}
            />
          )}
        </Field>
      </div>
      <div className={styles.files}>
        {brokerFiles.map((kind) => (
          <FileField
            key={kind}
            {...fileLabels[kind]}
            field={`link.${kind}`}
            file={form.files[kind]}
            error={problems[`link.${kind}`]}
            option={overridden[kind]}
            onChoose={() => void choose(kind)}
            onRemove={() => onChange({ files: { ...form.files, [kind]: { id: null, name: null } } })}
          />
        ))}
      </div>
      <div className={styles.trial}>
        <Button disabled={shown?.state === 'running'} onClick={() => void tryIt()}>
          Try the link
        </Button>
        <p role="status" className={shown?.state === 'refused' ? styles.error : styles.note}>
          {shown === null
            ? 'Connects once with what stands here. Nothing is saved or sent by it.'
            : shown.words}
        </p>
      </div>
    </>
  );
}

function isKept({ password, mqtt }: InstallationForm, passwordFor: string | null): boolean {
  return passwordFor !== null && password === null && passwordGoesAlong(passwordFor, mqtt);
}

function passwordHint(form: InstallationForm, passwordFor: string | null): string {
  if (isKept(form, passwordFor)) return 'One is set. It is not shown; type another to replace it.';
  if (passwordFor !== null && form.password === null)
    return `The one that is set is for ${brokerHost(passwordFor)?.host ?? 'another broker'} and is not used here. Type the one for this broker.`;
  if (passwordFor !== null && form.password === '') return 'The one that was set is left out when you save.';
  return 'Kept in a file for this user of the computer alone, and never shown again';
}
