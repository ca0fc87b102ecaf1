import { flushSync } from 'react-dom';

/**
 * Marks fields as wrong, and puts the person into the first of them. They are marked at once: on a busy computer the next frame
 * may come before React has drawn them.
 * @param mark sets the state by which fields are marked
 * @param form where they stand; left out: in any form of the page
 */
export function markAndFocus(mark: () => void, form: HTMLElement | null = null): void {
  flushSync(mark);
  const wrong = '[aria-invalid="true"], [aria-invalid=""]';
  const field = (form ?? document).querySelector<HTMLElement>(form === null ? `form :is(${wrong})` : wrong);
  field?.focus();
}
