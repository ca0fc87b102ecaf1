import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { projectRoot } from '#support/project.ts';
import type { DesktopApp } from './desktop-app.ts';

const builtPreload = join(projectRoot, 'out', 'preload', 'preload.cjs');

type EventListener = (event: object, ...args: unknown[]) => void;

/**
 * Runs the built preload script as a sandboxed one runs, with `require` for `electron` alone, and returns what it
 * put on the page, by name. What crosses to the page is copied, as the context bridge copies it.
 */
export function openPage(app: DesktopApp, preload = builtPreload): Record<string, unknown> {
  const exposed: Record<string, unknown> = {};
  const electron = {
    contextBridge: {
      exposeInMainWorld(name: string, api: unknown): void {
        exposed[name] = api;
      },
    },
    ipcRenderer: {
      async invoke(channel: string, ...args: unknown[]): Promise<unknown> {
        return structuredClone(await app.call(channel, structuredClone(args)));
      },
      on(channel: string, listener: EventListener): void {
        app.onSent((sentTo, args) => {
          if (sentTo === channel) listener({ sender: electron.ipcRenderer }, ...args);
        });
      },
    },
  };
  const require = (name: string): unknown => {
    if (name === 'electron') return electron;
    throw new Error(`A sandboxed preload script cannot require '${name}'`);
  };
  const script = readFileSync(preload, 'utf8');
  runInNewContext(`(function (require, module, exports) {${script}\n})(require, module, exports)`, {
    require,
    module: { exports: {} },
    exports: {},
    console,
  });
  return exposed;
}
