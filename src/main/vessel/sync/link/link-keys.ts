import type { LinkMessage } from '#shared/ports.ts';

/** Keys for files that travel by hand, as the link needs them. */
export interface LinkKeys {
  readonly ownText: string;
  /** The same where shore does not know it yet. */
  readonly toTell: string | null;
  /** Shore's key came. @returns whether to show ours in answer */
  onKey(text: string): boolean;
}

/** Takes shore's key. @returns ours, where it is to be shown in answer */
export function takeKey(keys: LinkKeys | null, { payload }: LinkMessage): string | null {
  return keys?.onKey(new TextDecoder().decode(payload)) === true ? keys.ownText : null;
}
