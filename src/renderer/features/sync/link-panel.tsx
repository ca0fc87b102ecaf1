import { Switch } from '@base-ui/react/switch';
import { Send } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import type { SyncStatus } from '#shared/contract/sync.ts';
import { useSession } from '../../lib/app-services/context.ts';
import { formatBytes, formatQuantity } from '../../lib/format.ts';
import { useNow } from '../../lib/use-now.ts';
import { Button } from '../../ui/button.tsx';
import { When } from '../../ui/when.tsx';
import { useSync } from './context.ts';
import styles from './link-panel.module.css';
import { PolicyNotes } from './policy-notes.tsx';
import { differenceText } from './consistency-labels.ts';
import { LinkShape } from './link-shape.tsx';
import { linkLabels, queueText, rateText, snapshotText } from './link-labels.ts';

/** The link in words, whether the ship may use it, and what moves on it just now. */
export function LinkPanel({ status }: { status: SyncStatus }): ReactNode {
  const sync = useSync();
  const time = useSession((session) => session.time);
  const now = useNow();
  const switchId = useId();
  const { link, progress, queue, snapshot, identity } = status;
  const vesselId = useSession(({ vessel }) => vessel?.vesselId ?? 'this id');
  const labels = linkLabels(status, now, time);
  const queued = queueText(queue);
  const isUsed = link.state !== 'closed';
  return (
    <section className={styles.panel} aria-label="The link">
      <h1 className={styles.state}>
        <LinkShape shape={labels.shape} />
        <span className="tabular">{labels.state}</span>
      </h1>
      {link.state === 'online' && identity !== null ? (
        <p className={styles.error} role="alert">
          {identityText(identity, vesselId)}
        </p>
      ) : (
        <p className={styles.words}>{explain(status)}</p>
      )}
      {snapshot === null || identity !== null ? null : (
        <div className={styles.progress}>
          <progress
            aria-label="Records taken over"
            max={Math.max(snapshot.total, 1)}
            value={snapshot.taken}
          />
          <span className="tabular">{snapshotText(snapshot)}</span>
        </div>
      )}
      {progress === null || identity !== null ? null : (
        <div className={styles.progress}>
          <progress aria-label="Changes sent" max={Math.max(progress.total, 1)} value={progress.sent} />
          <span className="tabular">{rateText(progress)}</span>
        </div>
      )}
      {link.error === null ? null : (
        <p className={styles.error}>
          Last trouble, <When at={link.error.at} brief />: {link.error.message}{' '}
          {queued === null
            ? 'Nothing is waiting.'
            : `The ${queued} waiting ${queue.depth + queue.contents.attachments === 1 ? 'is' : 'are'} kept on this ship; ARUS keeps trying.`}
        </p>
      )}
      {link.warning === undefined ? null : <p className={styles.error}>{link.warning}</p>}
      <PolicyNotes status={status} said={labels.state} />
      <div className={styles.acts}>
        <label className={styles.switch} htmlFor={switchId}>
          <Switch.Root
            id={switchId}
            className={styles.track}
            checked={isUsed}
            onCheckedChange={(enabled) => void sync.setLink(enabled)}
          >
            <Switch.Thumb className={styles.thumb} />
          </Switch.Root>
          Use the link
        </label>
        <Button
          icon={<Send size={16} aria-hidden="true" />}
          disabled={!isUsed || link.broker === null}
          onClick={() => void sync.sendNow()}
        >
          Send now
        </Button>
      </div>
    </section>
  );
}

/** Why nothing is sent or taken, and what a person can do. */
function identityText(
  { state, name, knownAs }: NonNullable<SyncStatus['identity']>,
  vesselId: string,
): string {
  const kept = 'Everything entered is kept on this computer.';
  return state === 'waiting'
    ? `The office knows this ship’s id, ${vesselId}, as ${knownAs}. This computer says it is ${name}. Nothing is sent or taken until the office says which is right. ${kept}`
    : `The office has said that this computer, ${name}, is another ship than the one it knows by the id ${vesselId}, ${knownAs}. Nothing is sent or taken. ${kept} Ask the office for this ship’s own id.`;
}

/** What the state means for what people on board enter. */
function explain(status: SyncStatus): string {
  const { link, queue, snapshot, agreement, problems } = status;
  const kept = 'Everything entered is kept on this ship';
  if (link.broker === null) return `${kept}. No address of a broker is set, so nothing leaves it.`;
  if (link.state === 'waiting') return `${kept} and goes to shore when the link opens.`;
  if (link.state === 'closed') return `${kept} and waits until the link may be used again.`;
  if (link.state !== 'online') return `${kept} and goes to shore when ${link.broker} answers.`;
  if (snapshot !== null)
    return 'Open orders come first, the newest of them before the others. You can work on while the rest comes.';
  const differs = differenceText(agreement);
  if (differs !== null) return differs;
  if (queue.depth === 0 && agreement.isApart)
    return 'What ship and office hold is being compared. Everything entered is kept on this ship.';
  const { attachments, bytes } = queue.contents;
  if (queue.depth === 0 && attachments > 0)
    return `Shore holds every change, and not yet ${formatQuantity(attachments, 'attachment')} (${formatBytes(bytes)}), kept on this ship. Broker ${link.broker}.`;
  if (queue.depth === 0 && problems > 0)
    return `Shore has confirmed every change entered on this ship. What could not be taken as it was stands under Problems. Broker ${link.broker}.`;
  if (queue.depth === 0 && agreement.state !== 'unknown')
    return `Shore holds everything entered on this ship. Broker ${link.broker}.`;
  if (queue.depth === 0)
    return `Shore has confirmed every change; it was not compared with this ship yet. Broker ${link.broker}.`;
  return `Connected to ${link.broker}. A change counts as held when shore has confirmed it.`;
}
