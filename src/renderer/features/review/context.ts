import { createContext, use } from 'react';
import type { ReviewState } from './review-state.ts';

export const ReviewContext = createContext<ReviewState | null>(null);

export function useReview(): ReviewState {
  const review = use(ReviewContext);
  if (review === null) throw new Error('There are no conflicts above this component.');
  return review;
}
