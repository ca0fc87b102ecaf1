/** The scheme and the one host under which the app's own page lives. */
export const appScheme = 'app';
const appHost = 'arus';

/** Where a window starts. */
export const startUrl = `${appScheme}://${appHost}/`;

/** True for addresses of the app's own page, and for nothing else. */
export function isAppUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return (
    parsed !== null &&
    parsed.protocol === `${appScheme}:` &&
    parsed.host === appHost &&
    parsed.username === '' &&
    parsed.password === ''
  );
}
