import { type ReactNode, useMemo } from 'react';
import { useDesk } from '../../lib/desk/context.ts';
import { When } from '../../ui/when.tsx';
import { ByHandPanel } from '../by-hand/by-hand-panel.tsx';
import { shipSource } from '../by-hand/ship-source.ts';

const words = { own: 'this ship', other: 'the office' };

/** Changes for the office and from it in files, while there is no link. */
export function ByHand(): ReactNode {
  const { transport } = useDesk();
  const source = useMemo(() => shipSource(transport), [transport]);
  return <ByHandPanel source={source} words={words} Moment={When} />;
}
