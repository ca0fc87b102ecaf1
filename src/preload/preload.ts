import { contextBridge, ipcRenderer } from 'electron';
import { createBridge } from './api.ts';

contextBridge.exposeInMainWorld(
  'arus',
  createBridge({
    invoke: (channel, text) => ipcRenderer.invoke(channel, text),
    // The event itself stays here: it carries ipcRenderer.
    on: (channel, listener) => {
      ipcRenderer.on(channel, (_event, text: unknown) => listener(text));
    },
  }),
);
