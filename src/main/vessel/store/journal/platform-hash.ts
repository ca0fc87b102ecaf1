import { hash } from 'node:crypto';
import type { HashText } from '#shared/sync/chain.ts';

/** OpenSSL's: a fifth of what the portable one takes at every write (4 against 20 us for a new order). */
export const platformHash: HashText = (text) => hash('sha256', text);
