/** Puts the person into the first field with something wrong, once the form shows which that is. */
export function focusWrong(): void {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>('form [aria-invalid="true"], form [aria-invalid=""]')?.focus(),
  );
}
