import { EventEmitter } from 'node:events';
import { needNotReady, needReady } from './lifecycle.ts';
import { record } from './circumstances.ts';

type SchemeHandler = (request: Request) => Response | Promise<Response>;
export const schemeHandlers = new Map<string, SchemeHandler>();

export const protocol = {
  registerSchemesAsPrivileged(schemes: object[]): void {
    needNotReady('protocol.registerSchemesAsPrivileged');
    record('protocol.registerSchemesAsPrivileged', schemes);
  },
  handle(scheme: string, handler: SchemeHandler): void {
    needReady('protocol.handle');
    if (schemeHandlers.has(scheme)) throw new Error(`The scheme ${scheme} is already handled`);
    record('protocol.handle', { scheme });
    schemeHandlers.set(scheme, handler);
  },
};

/** Which frame asks for a permission. */
export interface PermissionDetails {
  isMainFrame: boolean;
  requestingUrl: string;
}

/** What the app said of permissions and requests; each absent until it said so. */
export interface SessionRules {
  permissionRequest?: (
    contents: unknown,
    permission: string,
    answer: (granted: boolean) => void,
    details: PermissionDetails,
  ) => void;
  permissionCheck?: (
    contents: unknown,
    permission: string,
    origin: string,
    details: PermissionDetails,
  ) => boolean;
  device?: (details: object) => boolean;
  displayMedia?: (request: object, answer: (streams: object | null) => void) => void;
  beforeRequest?: (
    details: { url: string; resourceType: string },
    answer: (verdict: { cancel?: boolean }) => void,
  ) => void;
}
export const rules: SessionRules = {};

class StandInSession extends EventEmitter {
  readonly webRequest = {
    onBeforeRequest(listener: NonNullable<SessionRules['beforeRequest']>): void {
      rules.beforeRequest = listener;
    },
  };

  setPermissionRequestHandler(handler: NonNullable<SessionRules['permissionRequest']>): void {
    rules.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: NonNullable<SessionRules['permissionCheck']>): void {
    rules.permissionCheck = handler;
  }

  setDevicePermissionHandler(handler: NonNullable<SessionRules['device']>): void {
    rules.device = handler;
  }

  setDisplayMediaRequestHandler(handler: NonNullable<SessionRules['displayMedia']>): void {
    rules.displayMedia = handler;
  }
}

export const defaultSession = new StandInSession();

export const session = {
  get defaultSession(): StandInSession {
    needReady('session.defaultSession');
    return defaultSession;
  },
};
