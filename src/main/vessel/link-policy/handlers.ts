import type { Environment } from '#shared/ports.ts';
import type { Handlers } from '../handlers.ts';
import { usageOf, viewOf } from './queries.ts';
import type { LinkPolicyService } from './service.ts';

type Names = 'link.policy' | 'link.setPolicy' | 'link.usage' | 'link.liftStop';

export function linkPolicyHandlers(
  service: LinkPolicyService,
  environment: Environment,
): Pick<Handlers, Names> {
  const view = () => viewOf(service, environment.now());
  return {
    'link.policy': view,
    'link.setPolicy': ({ policy }) => {
      service.setPolicy(policy);
      return view();
    },
    'link.usage': ({ month }) => usageOf(service, environment.now(), month),
    'link.liftStop': ({ profileId, budget, reason }, { actor }) => {
      service.liftStop(profileId, budget, reason, actor);
      return view();
    },
  };
}
