import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { EmptyState } from './empty-state.tsx';

/** A list that could not be read: what happened, what is safe, and the way to try again. */
export function ListProblem(props: {
  title: string;
  error: Error;
  onRetry: () => void;
  children: string;
}): ReactNode {
  const { title, error, onRetry, children } = props;
  return (
    <EmptyState
      isProblem
      icon={<TriangleAlert size={24} />}
      title={title}
      action={<Button onClick={onRetry}>Try again</Button>}
    >
      {error.message} {children}
    </EmptyState>
  );
}
