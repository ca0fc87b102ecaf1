import { type ReactNode, useState } from 'react';
import type { VesselSummary } from '#shared/office/sync.ts';
import { Button } from '../../ui/button.tsx';
import { Instant } from '../instant.tsx';
import { useOffice } from '../office.ts';
import styles from './other-ships.module.css';

type Claim = VesselSummary['claims'][number];

/** Computers that say to be this ship under another name, and what somebody may say of them. */
export function OtherShips({ summary }: { summary: VesselSummary }): ReactNode {
  return summary.claims.map((claim) => (
    <OtherShip key={claim.origin} vesselId={summary.vesselId} knownAs={summary.name} claim={claim} />
  ));
}

function OtherShip(props: { vesselId: string; knownAs: string; claim: Claim }): ReactNode {
  const { vesselId, knownAs, claim } = props;
  const { client, fleet, notices } = useOffice();
  const [isSure, setSure] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const decide = async (decision: 'accepted' | 'refused'): Promise<void> => {
    setBusy(true);
    try {
      await client.ask('vessels.decide', {
        params: { id: vesselId, origin: claim.origin },
        body: { decision },
      });
      await fleet.reload();
    } catch (error) {
      notices.sayProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
      setSure(false);
    }
  };
  const isWaiting = claim.state === 'waiting';
  return (
    <section className={styles.other} aria-label={`Another computer, ${claim.name}`}>
      <p className={isWaiting ? styles.look : styles.words}>
        {isWaiting
          ? `Another computer says that it is this ship: ${claim.name}.`
          : `${claim.name} was refused by ${claim.decidedBy ?? 'the office'}: another ship under this id.`}
      </p>
      <p className={styles.words}>
        {isSure
          ? `The records of ${claim.name} will be merged with those of ${knownAs}. That cannot be taken back.`
          : 'Nothing of it is taken.'}{' '}
        Last heard <Instant at={claim.lastAt} brief />.
      </p>
      <div className={styles.acts}>
        {isSure ? (
          <>
            <Button look="final" disabled={isBusy} onClick={() => void decide('accepted')}>
              Merge them
            </Button>
            <Button disabled={isBusy} onClick={() => setSure(false)}>
              Back
            </Button>
          </>
        ) : (
          <>
            <Button disabled={isBusy} onClick={() => setSure(true)}>
              It is this ship
            </Button>
            {isWaiting ? (
              <Button disabled={isBusy} onClick={() => void decide('refused')}>
                It is another ship
              </Button>
            ) : null}
          </>
        )}
      </div>
    </section>
  );
}
