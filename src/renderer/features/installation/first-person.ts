import { useEffect } from 'react';
import { z } from 'zod';
import { contract } from '#shared/contract/index.ts';
import type { AppServices } from '../../lib/app-services/app-services.ts';
import { useAppServices, useSession } from '../../lib/app-services/context.ts';

const key = 'arus.first-person';
const person = z.object({
  name: contract['crew.create'].input.shape.name,
  rank: contract['crew.create'].input.shape.rank,
});

/** Who set this computer up, until there is a vessel node with a crew list to write them on. */
export function keepFirstPerson(storage: Storage, name: string, rank: string): void {
  if (name.trim() === '') storage.removeItem(key);
  else storage.setItem(key, JSON.stringify({ name, rank }));
}

export function forgetFirstPerson(storage: Storage): void {
  storage.removeItem(key);
}

/** What is wrong with what was typed of a person, in words. Nobody has to be named. */
export function wrongInPerson(name: string, rank: string): { name?: string; rank?: string } {
  if (name.trim() === '') return rank.trim() === '' ? {} : { name: 'Whose rank is this?' };
  const parsed = person.safeParse({ name, rank });
  if (parsed.success) return {};
  const wrong = (field: string): string | undefined =>
    parsed.error.issues.find(({ path }) => path[0] === field)?.message;
  const ofName = wrong('name');
  const ofRank = rank.trim() === '' ? 'A rank is needed' : wrong('rank');
  return {
    ...(ofName === undefined ? {} : { name: ofName }),
    ...(ofRank === undefined ? {} : { rank: ofRank }),
  };
}

/** Puts who set this computer up on the crew list, and lets them act, once the vessel node answers. */
export function useFirstPerson(): void {
  const services = useAppServices();
  const isOpen = useSession(({ connection }) => connection.phase === 'open');
  useEffect(() => {
    if (isOpen && services.installation !== null) void enter(services, localStorage);
  }, [isOpen, services]);
}

async function enter(services: AppServices, storage: Storage): Promise<void> {
  const text = storage.getItem(key);
  if (text === null) return;
  // Taken away first: a page that is loaded anew meanwhile would enter them twice.
  storage.removeItem(key);
  const parsed = person.safeParse(JSON.parse(text));
  if (!parsed.success) return;
  try {
    const { items } = await services.transport.call('crew.list', {});
    const known = items.find(({ name, rank }) => name === parsed.data.name && rank === parsed.data.rank);
    const { id } = known ?? (await services.transport.call('crew.create', { ...parsed.data, onBoard: true }));
    await services.session.load();
    services.preferences.setActor(id);
  } catch (error) {
    storage.setItem(key, text);
    services.sayFailure(error);
  }
}
