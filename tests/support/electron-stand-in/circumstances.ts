import type { FileFailure } from './file-failures.ts';

/** The machine that the stand-in pretends to be. */
export interface Circumstances {
  /** Built main file to boot, absolute. */
  main: string;
  /** What follows the program's name on the command line. */
  args: string[];
  packaged: boolean;
  version: string;
  /** Folder that the system would give the app. */
  userData: string;
  /** What the system prefers. */
  dark: boolean;
  /** False when another instance holds the lock. */
  first: boolean;
  displays: Display[];
  /** Index of the button that is pressed when the app asks something. */
  pressedButton: number;
  /** Windows looks at the command line before the app does. The app still finds the system that it really runs on. */
  windows?: boolean;
  /** Events of the window that never come, as `ready-to-show` does not in a Wayland session (electron#48859). */
  withheld?: ('ready-to-show' | 'did-finish-load')[];
  /** The page is shown by whoever drives the app, as `ChromiumWindow` does, and not only fetched and looked at. */
  pageElsewhere?: boolean;
  /** File operations that fail from the first line of the app on. */
  fileFailures?: FileFailure[];
  /** User and group of the system that the app runs as; only root may give others than its own. */
  user?: { uid: number; gid: number };
  /** Further variables of the environment that the app is started in. */
  environment?: Record<string, string>;
}

export interface Display {
  id: number;
  workArea: { x: number; y: number; width: number; height: number };
}

/** One thing that the app asked of Electron. */
export interface Asked {
  what: string;
  detail: unknown;
}

/** Everything that the app asked, in order. */
export const asked: Asked[] = [];

/** Keeps what was asked, as plain data: functions become their name. */
export function record(what: string, detail: unknown = null): void {
  asked.push({ what, detail: plain(detail) });
}

function plain(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'function' ? '(function)' : part,
  );
  return text === undefined ? null : (JSON.parse(text) as unknown);
}

let given: Circumstances | undefined;

export function circumstances(): Circumstances {
  if (given === undefined) throw new Error('The stand-in has not been told its circumstances.');
  return given;
}

export function setCircumstances(value: Circumstances): void {
  given = value;
}
