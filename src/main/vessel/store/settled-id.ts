import { timeOfSnapshot } from './records/snapshot-start.ts';
import type { VesselStore } from './vessel-store.ts';

const ashore = 'Ask the office before anything is changed: its records of this ship stand under this id.';

/** Somebody ashore may know this ship's id from now on. To be called before anything is said on a link. */
export function noteLinkWasUp({ settings, environment }: VesselStore): void {
  try {
    if (settings.get('link_was_up') === null) settings.set('link_was_up', 'yes');
  } catch (cause) {
    // A full disk keeps nobody from the link; what is heard on it says the same.
    environment.log.warn({ err: cause }, 'it could not be kept that the link was up');
  }
}

/**
 * Why this ship's id can no longer be changed, as it is known to others; null while nothing has left this computer and
 * nothing has come.
 */
export function whyIdIsSettled({
  vesselId,
  settings,
  heads,
  own,
  outbox,
  base,
  journal,
  connection,
}: VesselStore): string | null {
  const wasInTouch =
    settings.get('link_was_up') !== null ||
    settings.get('last_contact_at') !== null ||
    heads.acknowledged(own.origin) !== null ||
    outbox.counts().sent > 0;
  if (wasInTouch) return `The ship has been in touch with shore as ${vesselId}. ${ashore}`;
  const came =
    journal.origins().some((origin) => origin !== own.origin) ||
    heads.others(own.origin).length > 0 ||
    base.heads().length > 0 ||
    timeOfSnapshot(settings) > 0;
  if (came) return `This computer holds changes that others wrote for ${vesselId}. ${ashore}`;
  const byHand =
    connection.prepare('SELECT 1 FROM by_hand_parcels LIMIT 1').get() !== undefined ||
    settings.get('by_hand_shore') !== null;
  if (byHand) return `Files to be carried by hand have been made or taken in as ${vesselId}. ${ashore}`;
  return null;
}
