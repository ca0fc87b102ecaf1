import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { Desk } from './desk.ts';
import type { Preferences } from './preferences.ts';
import type { Route } from './route.ts';
import type { Session } from './session.ts';

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = use(DeskContext);
  if (desk === null) throw new Error('There is no desk above this component.');
  return desk;
}

export function useSession<T>(select: (session: Session) => T): T {
  return useStore(useDesk().session.store, select);
}

export function usePreferences<T>(select: (preferences: Preferences) => T): T {
  return useStore(useDesk().preferences.store, select);
}

export function useRoute(): Route {
  return useStore(useDesk().router.store, ({ route }) => route);
}
