import { wordsOf } from '#shared/domain/names.ts';
import type { Environment } from '#shared/ports.ts';
import type { Settings } from './settings.ts';

/**
 * A vessel of its own without a broker, so that a first start opens on something that works. The id is made up,
 * so that two ships which both began this way can never be taken for one.
 */
export function localVessel(environment: Pick<Environment, 'randomBytes'>, computer: string): Settings {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return {
    vessel: `vessel-${Buffer.from(environment.randomBytes(4)).toString('hex')}`,
    name: 'This ship',
    device: wordsOf(computer, 60),
    timeZone,
    mqtt: null,
    openLinksTo: [],
  };
}
