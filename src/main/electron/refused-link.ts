import type { LinkFailure, OpenLink } from '#shared/ports.ts';

/**
 * A link that never comes up and says why, for a broker whose settings are wrong: the crew works on, and the
 * sync page shows what has to be put right.
 */
export function refusedLink(explanation: string): OpenLink {
  const failure: LinkFailure = { code: 'configuration', message: explanation };
  return (_settings, events) => ({
    connected: false,
    open: () => events.onFailure(failure),
    publish: () => Promise.reject(new Error(explanation)),
    close: () => Promise.resolve(),
  });
}
