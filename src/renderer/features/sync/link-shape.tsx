import { Check, CircleDashed, Ellipsis, Pause, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { LinkLabels } from './link-labels.ts';

const shapes: Readonly<Record<LinkLabels['shape'], ReactNode>> = {
  level: <Check size={16} color="var(--good)" aria-hidden="true" />,
  moving: <RefreshCw size={16} color="var(--info)" aria-hidden="true" />,
  waiting: <Ellipsis size={16} color="var(--info)" aria-hidden="true" />,
  away: <CircleDashed size={16} color="var(--text-muted)" aria-hidden="true" />,
  closed: <Pause size={16} color="var(--text-muted)" aria-hidden="true" />,
};

/** A still sign for the state of the link. It does not turn or blink: the bridge has enough lights. */
export function LinkShape({ shape }: { shape: LinkLabels['shape'] }): ReactNode {
  return shapes[shape];
}
