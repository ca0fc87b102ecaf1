import type { LinkEvents, OpenLink } from '#shared/ports.ts';
import type { Storage } from './storage.ts';

/** The same link, whose news does not end the program where the disk cannot store what it says. */
export function guardedLink(openLink: OpenLink, storage: Storage): OpenLink {
  const guarded: OpenLink = (settings, events) => openLink(settings, guardedEvents(events, storage));
  // What else it tells of itself.
  return Object.assign(guarded, openLink);
}

function guardedEvents(events: LinkEvents, storage: Storage): LinkEvents {
  return {
    onUp: () => void storage.guard('link up', () => events.onUp()),
    onDown: (reason) => void storage.guard('link down', () => events.onDown(reason)),
    onMessage: (message) => void storage.guard('message from shore', () => events.onMessage(message)),
    onFailure: (failure) => void storage.guard('link failed', () => events.onFailure(failure)),
  };
}
