import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Drafts } from '../../lib/drafts.ts';

/** Shows a form once it is known what was typed in it before. */
export function OnceRead<Values, Before>(props: {
  drafts: Drafts<Values, Before>;
  children: ReactNode;
}): ReactNode {
  const isRead = useStore(props.drafts.store, (state) => state.isRead);
  return isRead ? props.children : null;
}
