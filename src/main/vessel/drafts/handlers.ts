import type { Environment } from '#shared/ports.ts';
import type { Handlers } from '../handlers.ts';
import type { Drafts } from './drafts.ts';

/** Answers for what people typed and did not save yet. */
export function draftHandlers(
  drafts: Drafts,
  { now }: Pick<Environment, 'now'>,
): Pick<Handlers, 'drafts.list' | 'drafts.keep' | 'drafts.discard'> {
  return {
    'drafts.list': ({ screen }) => ({ items: drafts.of(screen) }),
    'drafts.keep'(draft) {
      drafts.keep(draft, now());
      return { key: draft.key };
    },
    'drafts.discard'(draft) {
      drafts.discard(draft);
      return { key: draft.key };
    },
  };
}
