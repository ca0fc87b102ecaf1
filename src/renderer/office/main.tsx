import '@fontsource-variable/inter/wght.css';
import '../ui/themes.css';
import '../ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createStore } from 'zustand/vanilla';
import { browserClock } from '../lib/clock.ts';
import { browserKeeper } from '../lib/draft-keeper.ts';
import { createPreferences } from '../lib/app-services/preferences.ts';
import { keptActor } from './acting.ts';
import { OfficeApp } from './office-app.tsx';
import { createOfficeClient } from './server/office-client.ts';
import { createOfficeFiles } from './server/office-files.ts';
import { takeOfficeKey } from './server/office-key.ts';
import { createOfficeLive } from './server/office-live.ts';
import { createRouter } from './office-route.ts';
import { OfficeContext, createOffice } from './office.ts';

const key = takeOfficeKey(location, history, sessionStorage);
const access = createStore(() => ({ isRefused: false }));
const actor = keptActor(localStorage);
const gateway = {
  origin: location.origin,
  key: () => key,
  onRefused: () => access.setState({ isRefused: true }),
};
const office = createOffice({
  client: createOfficeClient({ ...gateway, actor: () => actor.getState().name }),
  files: createOfficeFiles(gateway),
  live: createOfficeLive({
    url: `${location.origin.replace(/^http/, 'ws')}/ws`,
    key: () => key,
    clock: browserClock,
  }),
  clock: browserClock,
  preferences: createPreferences(localStorage, document.documentElement),
  draftKeeper: browserKeeper(localStorage),
  router: createRouter(window),
  actor,
  access,
});
office.start();

const root = document.querySelector('#root');
if (root === null) throw new Error('The page has no place for its root.');
createRoot(root).render(
  <StrictMode>
    <OfficeContext value={office}>
      <OfficeApp />
    </OfficeContext>
  </StrictMode>,
);
