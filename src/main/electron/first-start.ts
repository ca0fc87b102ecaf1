import { wordsOf } from '#shared/domain/names.ts';
import type { Settings } from './settings.ts';

/** What this computer says of itself before anybody was asked. @param computer its name in the network */
export function usualOf(computer: string): Pick<Settings, 'device' | 'timeZone'> {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return { device: wordsOf(computer, 60), timeZone };
}
