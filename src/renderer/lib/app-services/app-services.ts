import type { StoreApi } from 'zustand/vanilla';
import type { Bridge } from '#shared/contract/bridge.ts';
import type { Clock } from '../clock.ts';
import type { DraftKeeper } from '../draft-keeper.ts';
import { type Ticks, createTicks } from '../ticks.ts';
import { CallError, type Transport, messageOf } from '../transport/transport.ts';
import { type Notices, createNotices } from './notices.ts';
import type { PreferenceStore } from './preferences.ts';
import type { Router } from './route.ts';
import { type SessionStore, createSession } from './session.ts';
import { type Undo, createUndo } from './undo.ts';

/** The services that every page of the app may use. */
export interface AppServices {
  transport: Transport;
  clock: Clock;
  preferences: PreferenceStore;
  router: Router;
  /** Asks the desktop app what is set on this computer; null in a browser. */
  installation: Bridge['installation'] | null;
  /** Where what is typed is kept beyond this page. */
  draftKeeper: DraftKeeper;
  session: SessionStore;
  /** The node's clock, read once a second for the whole page. */
  ticks: Ticks;
  notices: Notices;
  undo: Undo;
  /** Opens the list of crew, for whoever has to say who acts. */
  chooser: StoreApi<{ isOpen: boolean }>;
  /**
   * Whether somebody acts at this screen. Where nobody does it asks who, and answers when they have said so, so that what
   * they began goes on; false where they closed the question.
   */
  hasActor(): Promise<boolean>;
  /** Runs `listener` whenever the node is back after it had gone: what is on screen may be old. */
  onReturn(listener: () => void): () => void;
  /** Says on screen why something could not be done. */
  sayFailure(error: unknown): void;
}

export interface AppServicesDependencies {
  transport: Transport;
  clock: Clock;
  preferences: PreferenceStore;
  router: Router;
  installation: Bridge['installation'] | null;
  draftKeeper: DraftKeeper;
  chooser: StoreApi<{ isOpen: boolean }>;
}

export function createAppServices(dependencies: AppServicesDependencies): AppServices {
  const { transport, clock, preferences, chooser } = dependencies;
  const session = createSession(transport, clock, preferences);
  const notices = createNotices(clock);
  return {
    ...dependencies,
    session,
    ticks: createTicks(clock, session.now),
    notices,
    undo: createUndo(),
    hasActor() {
      const { actorId } = preferences.store.getState();
      if (session.store.getState().crew.some(({ id }) => id === actorId)) return Promise.resolve(true);
      chooser.setState({ isOpen: true });
      return new Promise((resolve) => {
        const stopListening = chooser.subscribe(({ isOpen }) => {
          if (isOpen) return;
          stopListening();
          const chosen = preferences.store.getState().actorId;
          const isKnown = session.store.getState().crew.some(({ id }) => id === chosen);
          resolve(chosen !== null && (isKnown || chosen !== actorId));
        });
      });
    },
    onReturn(listener) {
      let wasGone = false;
      return transport.onConnection(({ phase }) => {
        if (phase === 'open' && wasGone) listener();
        wasGone = phase !== 'open' && phase !== 'connecting';
      });
    },
    sayFailure(error) {
      const details = error instanceof CallError ? error.details.map(({ message }) => message) : [];
      notices.sayProblem([messageOf(error), ...details.slice(0, 1)].join(' '));
    },
  };
}
