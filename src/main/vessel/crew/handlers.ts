import { crewMethods } from '#shared/contract/crew.ts';
import type { Handlers } from '../handlers.ts';
import type { RecordKind } from '../records/handlers.ts';

export function crewHandlers({ service, queries }: RecordKind): Pick<Handlers, 'crew.list' | 'crew.create'> {
  return {
    'crew.list': () =>
      crewMethods['crew.list'].output.parse({
        items: queries.all().map(({ id, values }) => ({ id, ...values })),
      }),
    'crew.create': (input, { actor }) => ({ id: service.create(input, actor), ...input }),
  };
}
