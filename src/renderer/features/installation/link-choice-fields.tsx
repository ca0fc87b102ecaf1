import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import { FileInput } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Button } from '../../ui/button.tsx';
import type { Problems } from './installation-form.ts';
import styles from './installation.module.css';
import { LinkFields } from './link-fields.tsx';
import { type FieldsProps, overrideText } from './ship-fields.tsx';

/** Whether the ship has an office ashore, and where. */
export function LinkChoiceFields(
  props: FieldsProps & {
    /** Address of the broker of which a password is set; null for none. */
    passwordFor: string | null;
    /** Whose file this was taken from; null where it was typed. */
    office: string | null;
    /** Said of a ship without an office. */
    later?: string;
    /** Said of where the records come from, of a ship with an office. */
    records?: ReactNode;
    onJoin: () => void;
    onProblems: (problems: Problems) => void;
  },
): ReactNode {
  const { office, onJoin, later = '', records = null, ...fields } = props;
  const { form, overridden, onChange } = fields;
  const option = overridden['mqtt'];
  return (
    <>
      <RadioGroup
        className={styles.choices}
        aria-label="The office"
        value={form.isLinked ? 'office' : 'none'}
        disabled={option !== undefined}
        onValueChange={(value) => onChange({ isLinked: value === 'office' })}
      >
        <Choice
          value="none"
          name="No office yet"
          about={`Everything works on board, and nothing leaves the ship.${later}`}
        />
        <Choice
          value="office"
          name="Join an office"
          about="By the file that it gave you, or by the address of its broker."
        />
      </RadioGroup>
      {option === undefined ? null : <p className={styles.note}>{overrideText(option)}</p>}
      {form.isLinked ? (
        <>
          <div className={styles.trial}>
            <Button icon={<FileInput size={16} aria-hidden="true" />} onClick={onJoin}>
              Take it from the office’s file…
            </Button>
            <p className={styles.note}>
              {office === null
                ? 'A file such as polaris.arus-join. It fills in what stands below.'
                : `Taken from the file of ${office}. The office tells you the password by another way.`}
            </p>
          </div>
          {records}
          <LinkFields {...fields} />
        </>
      ) : null}
    </>
  );
}

function Choice({ value, name, about }: { value: string; name: string; about: string }): ReactNode {
  const id = useId();
  return (
    <label className={styles.choice} htmlFor={id}>
      <Radio.Root
        id={id}
        className={styles.radio}
        value={value}
        aria-labelledby={`${id}-name`}
        aria-describedby={`${id}-about`}
      >
        <Radio.Indicator className={styles.dot} />
      </Radio.Root>
      <span>
        <span id={`${id}-name`}>{name}</span>
        <span id={`${id}-about`} className={styles.about}>
          {about}
        </span>
      </span>
    </label>
  );
}
