import type { Session, WebContents } from 'electron';
import type { Log } from '#shared/ports.ts';
import { mediaTypes } from '#shared/records/attachment.ts';
import { isAppUrl, startUrl } from './app-url.ts';

/**
 * Denies the page everything that a browser would ask a person about, and every request off the ship. All it may is
 * put text on the clipboard, and that only our own page, not a frame in it.
 */
export function guardSession(session: Session, log: Log): void {
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    const granted = mayCopy(permission, contents, details);
    if (!granted) log.warn({ permission }, 'The page asked for a permission and was refused.');
    answer(granted);
  });
  session.setPermissionCheckHandler((contents, permission, _origin, details) =>
    mayCopy(permission, contents, details),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer(null));
  session.webRequest.onBeforeRequest((details, answer) => {
    const cancel = !isLocal(details.url);
    if (cancel)
      log.warn({ url: details.url, from: details.resourceType }, 'A request of the page was stopped.');
    answer({ cancel });
  });
  session.on('will-download', (event, item) => {
    // What the page itself has at hand; the person says where to, in the system's own dialog.
    if (item.getURL().startsWith(`blob:${startUrl}`)) {
      if (isAttachment(item)) return;
      if (isForTheOffice(item.getFilename())) {
        item.setSaveDialogOptions({ title: 'Save for the office', defaultPath: item.getFilename() });
        return;
      }
    }
    event.preventDefault();
    log.warn({ url: item.getURL() }, 'A download of the page was stopped.');
  });
}

/** Reading what somebody copied elsewhere is another permission, and refused. */
function mayCopy(
  permission: string,
  contents: WebContents | null,
  { isMainFrame, requestingUrl }: { isMainFrame: boolean; requestingUrl?: string },
): boolean {
  return (
    permission === 'clipboard-sanitized-write' &&
    isMainFrame &&
    isAppUrl(requestingUrl ?? '') &&
    contents !== null &&
    isAppUrl(contents.getURL())
  );
}

/** A copy of a photo or document of an order. */
function isAttachment(item: { getMimeType(): string }): boolean {
  return mediaTypes.some((type) => type === item.getMimeType());
}

export interface LinkPolicy {
  /** Hosts whose https pages may be handed to the system's browser; nothing else is. */
  openLinksTo: readonly string[];
  openExternal(url: string): Promise<void>;
  log: Log;
}

/** Holds a page to the app's own addresses, whatever it or a link in it attempts. */
export function guardContents(contents: WebContents, policy: LinkPolicy): void {
  const { log } = policy;
  const stay = (event: { preventDefault(): void }, url: string): void => {
    if (isAppUrl(url)) return;
    event.preventDefault();
    log.warn({ url }, 'The page tried to go elsewhere and was held.');
  };
  contents.on('will-navigate', (event) => stay(event, event.url));
  contents.on('will-frame-navigate', (event) => stay(event, event.url));
  contents.on('will-redirect', (event) => stay(event, event.url));
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    log.warn({}, 'The page tried to embed another page and was refused.');
  });
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenOutside(url, policy.openLinksTo)) {
      policy
        .openExternal(url)
        .catch((error: unknown) => log.warn({ url, err: error }, 'A link did not open.'));
    } else {
      log.warn({ url }, 'The page tried to open a window and was refused.');
    }
    return { action: 'deny' };
  });
}

/** True for https addresses of the hosts on the list, at the usual port and without credentials. */
export function mayOpenOutside(url: string, hosts: readonly string[]): boolean {
  const parsed = URL.parse(url);
  return (
    parsed !== null &&
    parsed.protocol === 'https:' &&
    parsed.username === '' &&
    parsed.password === '' &&
    hosts.includes(parsed.host)
  );
}

/** Names that the page gives to files that travel by hand, and to its key. */
function isForTheOffice(name: string): boolean {
  return /^arus-[a-z0-9_-]+\.arus$/.test(name) || name === 'arus-key.txt';
}

function isLocal(url: string): boolean {
  return isAppUrl(url) || /^(devtools|data|blob):/.test(url);
}
