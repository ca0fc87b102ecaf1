import { type ReactNode, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { keepOfficeKey } from './office-key.ts';
import styles from '../office-app.module.css';

/** Asks for the API key that this gateway wants; kept for this tab only. */
export function KeyGate(): ReactNode {
  const [key, setKey] = useState('');
  return (
    <form
      className={styles.gate}
      onSubmit={(event) => {
        event.preventDefault();
        keepOfficeKey(sessionStorage, key.trim());
        location.reload();
      }}
    >
      <h1>This gateway wants an API key</h1>
      <p>
        Whoever runs the gateway makes one with “npm run shore -- --new-api-key NAME”. It is kept for this tab
        only.
      </p>
      <Field label="API key">
        {(ids) => (
          <TextInput {...ids} type="password" value={key} onChange={(event) => setKey(event.target.value)} />
        )}
      </Field>
      <div className="button-row">
        <Button type="submit" look="primary" disabled={!/^[\w.~-]{8,200}$/.test(key.trim())}>
          Open
        </Button>
      </div>
    </form>
  );
}
