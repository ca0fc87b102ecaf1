import { contextBridge, ipcRenderer } from 'electron';
import { bridgeChannels } from '#shared/contract/bridge.ts';
import { createBridge } from './api.ts';

contextBridge.exposeInMainWorld(
  'arus',
  createBridge({
    invoke: (text) => ipcRenderer.invoke(bridgeChannels.call, text),
    // The event itself stays here: it carries ipcRenderer.
    onEvent: (listener) => {
      ipcRenderer.on(bridgeChannels.event, (_event, text: unknown) => listener(text));
    },
  }),
);
