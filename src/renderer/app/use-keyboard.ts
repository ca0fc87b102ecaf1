import { useEffect } from 'react';
import { type Screen, currentSelection, openChosen, screenCommands, stepBack } from './commands.ts';

const typing =
  'input, textarea, select, [contenteditable="true"], [role="combobox"], [role="listbox"], [role="menu"]';
const floating = '[role="dialog"], [role="alertdialog"], [role="listbox"], [role="menu"]';

/** Listens to the keys that work anywhere on the screen. */
export function useKeyboard(screen: Screen): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      if (handle(screen, event)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [screen]);
}

/** Does what the key means; false when it means nothing here. */
function handle(screen: Screen, event: KeyboardEvent): boolean {
  const { key, ctrlKey, metaKey, altKey } = event;
  const target = event.target instanceof Element ? event.target : document.body;
  if (document.querySelector(floating) !== null) return false;
  if (key.toLowerCase() === 'k' && (ctrlKey || metaKey)) {
    screen.openPalette();
    return true;
  }
  if (ctrlKey || metaKey || altKey) return false;
  if (key === 'Escape') {
    if (target instanceof HTMLElement && target.id === 'search') target.blur();
    else stepBack(screen);
    return true;
  }
  if (target.closest(typing) !== null) return false;
  if (key.toLowerCase() === 'j' || key.toLowerCase() === 'k') {
    currentSelection(screen)?.moveBy(key.toLowerCase() === 'j' ? 1 : -1);
    // So that Enter opens the row, and not the button that was used last.
    document.querySelector<HTMLElement>('[data-list="true"]')?.focus({ preventScroll: true });
    return true;
  }
  if (key === 'Enter' && (target === document.body || target.hasAttribute('data-list'))) {
    openChosen(screen);
    return true;
  }
  if (key.toLowerCase() === 'f') {
    document.querySelector<HTMLElement>('[data-shortcut="filter"]')?.click();
    return true;
  }
  if (key.toLowerCase() === 'h') {
    document.querySelector<HTMLElement>('[data-shortcut="history"]')?.click();
    return true;
  }
  const command = screenCommands(screen).find(({ keys }) => keys?.toLowerCase() === key.toLowerCase());
  command?.run();
  return command !== undefined;
}
