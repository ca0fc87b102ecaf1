const storageKey = 'arus.station-token';

/**
 * The station's key, from `#token=…` of the address a person opened, kept for this tab and taken out of the
 * address bar, where it would be read over a shoulder or land in a bookmark. Null when there is none.
 */
export function takeStationToken(location: Location, history: History, storage: Storage): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given === null) return storage.getItem(storageKey);
  storage.setItem(storageKey, given);
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return given;
}

/** Asks the node over HTTP, since a browser does not tell a page why a WebSocket was not opened. */
export async function isTokenRefused(origin: string, token: string): Promise<boolean> {
  try {
    const answer = await fetch(`${origin}/call/vessel.info`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    return answer.status === 401 || answer.status === 403;
  } catch {
    return false;
  }
}
