import { join } from 'node:path';

/** Folder of the checkout, absolute. */
export const projectRoot = join(import.meta.dirname, '..', '..');
