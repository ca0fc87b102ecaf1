import { Archive } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { CopyLine } from '#shared/contract/copies.ts';
import { formatBytes, formatQuantity } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { When } from '../../ui/when.tsx';
import styles from './copies-page.module.css';
import { CopyPreviewPart } from './copy-preview.tsx';
import { kindLabels } from './copy-labels.ts';

/** All copies on this computer, the newest first, each with the way back to it. */
export function CopyList({ items }: { items: readonly CopyLine[] }): ReactNode {
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <section className={styles.part} aria-label="All copies">
      <h2 className={styles.title}>On this computer</h2>
      {items.length === 0 ? (
        <EmptyState icon={<Archive size={24} />} title="No copy yet">
          The first one is made by itself a moment after ARUS has started. You can make one now as well.
        </EmptyState>
      ) : (
        <ul className={styles.list}>
          {items.map((copy) => (
            <li key={copy.name} className={styles.copy} data-state={copy.state}>
              <div className={styles.line}>
                <p>
                  <When at={copy.at} /> <span className={styles.kind}>{kindLabels[copy.kind]}</span>
                </p>
                <p className={styles.number}>{formatBytes(copy.bytes)}</p>
                <p className={copy.state === 'unfit' ? styles.look : styles.muted}>
                  <Standing copy={copy} />
                </p>
                {copy.state !== 'checked' || chosen === copy.name ? null : (
                  <Button look="quiet" onClick={() => setChosen(copy.name)}>
                    Go back to this copy…
                  </Button>
                )}
              </div>
              {chosen === copy.name ? (
                <CopyPreviewPart name={copy.name} onClose={() => setChosen(null)} />
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Standing({ copy }: { copy: CopyLine }): ReactNode {
  const { state, trouble, contents } = copy;
  if (state === 'unfit') return `Cannot be used. ${trouble ?? ''}`;
  if (state === 'unchecked' || contents === null) return 'Not checked yet; ARUS does it by itself.';
  const { orders, lastChange } = contents;
  return (
    <>
      Checked, {formatQuantity(orders, 'work order')}
      {lastChange === null ? null : (
        <>
          , last change <When at={lastChange.at} brief /> by {lastChange.by}
        </>
      )}
    </>
  );
}
