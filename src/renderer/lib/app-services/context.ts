import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { AppServices } from './app-services.ts';
import type { Preferences } from './preferences.ts';
import type { Route } from './route.ts';
import type { Session } from './session.ts';

export const AppServicesContext = createContext<AppServices | null>(null);

export function useAppServices(): AppServices {
  const services = use(AppServicesContext);
  if (services === null) throw new Error('There are no app services above this component.');
  return services;
}

export function useSession<T>(select: (session: Session) => T): T {
  return useStore(useAppServices().session.store, select);
}

export function usePreferences<T>(select: (preferences: Preferences) => T): T {
  return useStore(useAppServices().preferences.store, select);
}

export function useRoute(): Route {
  return useStore(useAppServices().router.store, ({ route }) => route);
}
