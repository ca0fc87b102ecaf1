import { type ReactNode, useState } from 'react';
import { useForm } from 'react-hook-form';
import { contract } from '#shared/contract/index.ts';
import { useAppServices } from '../lib/app-services/context.ts';
import { messageOf } from '../lib/transport/transport.ts';
import { zodResolver } from '../lib/zod-resolver.ts';
import { Button } from '../ui/button.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import styles from './acting-person.module.css';

const words = (path: string): string => (path === 'name' ? 'A name is needed' : 'A rank is needed');

/** Puts somebody on the crew list, from the screen they stand at. */
export function AddPerson({ onAdded }: { onAdded: (id: string) => void }): ReactNode {
  const { transport, session } = useAppServices();
  const [problem, setProblem] = useState<string | null>(null);
  const { register, handleSubmit, formState } = useForm({
    defaultValues: { name: '', rank: '' },
    resolver: zodResolver(
      contract['crew.create'].input,
      (values: { name: string; rank: string }) => values,
      words,
    ),
  });
  const submit = handleSubmit(async (input) => {
    setProblem(null);
    try {
      const { id } = await transport.call('crew.create', input);
      await session.load();
      onAdded(id);
    } catch (error) {
      setProblem(messageOf(error));
    }
  });
  return (
    <form className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
      <Field label="Name" error={formState.errors.name?.message}>
        {(ids) => <TextInput {...ids} {...register('name')} />}
      </Field>
      <Field
        label="Rank"
        error={formState.errors.rank?.message}
        hint="As on the muster list, such as Second engineer"
      >
        {(ids) => <TextInput {...ids} {...register('rank')} />}
      </Field>
      {problem === null ? null : (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <Button type="submit" look="primary" disabled={formState.isSubmitting}>
        Add and act
      </Button>
    </form>
  );
}
