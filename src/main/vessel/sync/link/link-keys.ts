import type { LinkMessage } from '#shared/ports.ts';
import { WireError } from '#shared/sync/frame.ts';
import { keyTextLimit } from '#shared/sync/message-limits.ts';

/** Keys for files that travel by hand, as the link needs them. */
export interface LinkKeys {
  readonly ownText: string;
  /** The same where shore does not know it yet. */
  readonly toTell: string | null;
  /** Shore's key came. @returns whether to show ours in answer */
  onKey(text: string): boolean;
}

/**
 * Takes shore's key.
 * @returns ours, where it is to be shown in answer
 * @throws WireError for what is too long to be one
 */
export function takeKey(keys: LinkKeys | null, { payload }: LinkMessage): string | null {
  if (payload.length > keyTextLimit)
    throw new WireError('oversize', `A key of ${payload.length} bytes; at most ${keyTextLimit} are taken`);
  return keys?.onKey(new TextDecoder().decode(payload)) === true ? keys.ownText : null;
}
