import { HardDrive } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { StorageStatus } from '#shared/contract/storage.ts';
import { useAppServices, useSession } from '../lib/app-services/context.ts';
import { When } from '../ui/when.tsx';
import styles from './connection-banner.module.css';

/**
 * Says on every page what is wrong with the disk or the database of this computer: what happened, what is safe, what to do;
 * and as of when, while the node does not answer.
 */
export function StorageBanner(): ReactNode {
  const { status, knownUntil } = useStorage();
  if (status === null) return null;
  const { state, since, message, notes } = status;
  return (
    <>
      {message === null ? null : (
        <div className={styles.banner} role="alert">
          <HardDrive size={16} aria-hidden="true" />
          <p className={styles.words}>
            <strong>{titles[state]}</strong> (since <When at={since} brief />
            <AsOf at={knownUntil} />
            ). {message}
          </p>
        </div>
      )}
      {notes.map((note) => (
        <div className={styles.banner} role="alert" key={note}>
          <HardDrive size={16} aria-hidden="true" />
          <p className={styles.words}>
            {note}
            <AsOf at={knownUntil} />
          </p>
        </div>
      ))}
    </>
  );
}

function AsOf({ at }: { at: string | null }): ReactNode {
  if (at === null) return null;
  return (
    <>
      , as of <When at={at} brief />
    </>
  );
}

const titles: Readonly<Record<StorageStatus['state'], string>> = {
  well: '',
  busy: 'Nothing can be saved',
  full: 'Nothing can be saved',
  read_only: 'Nothing can be saved',
  failing: 'Nothing can be saved',
  damaged: 'The database is damaged',
};

/**
 * As the node last told it; null until then, and from a node that tells nothing of it. With it as of when that is known, ISO
 * 8601; null while the node answers and it is as of now.
 */
function useStorage(): { status: StorageStatus | null; knownUntil: string | null } {
  const services = useAppServices();
  const [{ status, toldAt, isFailed }, setTold] = useState<BannerText>({
    status: null,
    toldAt: 0,
    isFailed: false,
  });
  const { phase, heardAt } = useSession(({ connection }) => connection);
  useEffect(() => {
    const { transport, session } = services;
    let isShown = true;
    const tell = (told: StorageStatus): void => {
      if (isShown) setTold({ status: told, toldAt: session.now(), isFailed: false });
    };
    const load = (): void => {
      transport.call('storage.status', {}).then(tell, () => {
        if (isShown) setTold((before) => ({ ...before, isFailed: true }));
      });
    };
    const ends = [transport.on('storage.changed', tell), services.onReturn(load)];
    load();
    return () => {
      isShown = false;
      for (const end of ends) end();
    };
  }, [services]);
  if (phase === 'open' && !isFailed) return { status, knownUntil: null };
  const at = isFailed || heardAt === null ? toldAt : services.session.nodeTime(heardAt);
  return { status, knownUntil: new Date(at).toISOString() };
}

interface BannerText {
  status: StorageStatus | null;
  /** By the node's clock, milliseconds since 1970. */
  toldAt: number;
  /** True when the node was asked again since and could not tell. */
  isFailed: boolean;
}
