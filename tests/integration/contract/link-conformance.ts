import { expect } from 'vitest';
import { linkMethods } from '#shared/contract/link.ts';
import { firstPolicy } from '#shared/link-policy/policy.ts';
import type { Calls } from './calls.ts';

/** What every carrier has to keep of the link policy. */
export function linkConformance({ method, done, failed }: Calls): void {
  method('link.policy', 'is from the first day one that uses the link', async () => {
    const { policy, profileId, chosenBy, lifts } = await done('link.policy', {});
    expect([policy, profileId, chosenBy, lifts]).toEqual([firstPolicy, 'link', 'hand', []]);
  });

  method('link.setPolicy', 'holds at once, and is refused whole where a part is wrong', async () => {
    const [first] = firstPolicy.profiles;
    const policy = { ...firstPolicy, profiles: [{ ...first, mode: 'on_demand', urgentOpens: false }] };
    const set = await done('link.setPolicy', linkMethods['link.setPolicy'].input.parse({ policy }));
    expect(set).toMatchObject({ policy, standing: { isOpen: false } });
    expect((await done('sync.status', {})).policy.why).toBe('Closed until someone says Send now');
    const wrong = { ...policy, profiles: [{ ...first, mode: 'windows' }] };
    expect(await failed('link.setPolicy', { policy: wrong })).toMatchObject({
      code: 'invalid_input',
      details: [{ path: 'policy.profiles.0.windows', message: 'Give at least one window' }],
    });
    expect((await done('link.policy', {})).policy).toEqual(policy);
    await done('link.setPolicy', { policy: firstPolicy });
  });

  method('link.usage', 'says what nothing has taken', async () => {
    const { profiles, currency, days } = await done('link.usage', { month: '2026-02' });
    expect([currency, days]).toEqual(['USD', 28]);
    expect(profiles).toMatchObject([{ id: 'link', days: [], connections: 0, cost: null, budgets: [] }]);
    expect(await failed('link.usage', { month: '2026-13' })).toMatchObject({ code: 'invalid_input' });
  });

  method('link.liftStop', 'lifts no stop where none is', async () => {
    const lift = { profileId: 'link', budget: 'normal', reason: 'Class survey' };
    expect(await failed('link.liftStop', lift)).toMatchObject({ code: 'not_allowed' });
  });
}
