import { storageStatus } from '#shared/contract/storage.ts';
import type { Vessel } from './vessel.ts';

/**
 * What a monitor needs to know of the ship's database: `failing` where nothing can be saved, `degraded` where somebody
 * has to look.
 */
export async function healthOfStorage(
  vessel: Vessel,
): Promise<{ status: 'ok' | 'degraded' | 'failing'; storage?: object }> {
  const result = await vessel.call({ method: 'storage.status', input: {} });
  const parsed = storageStatus.safeParse(result.ok ? result.output : null);
  // A vessel of an older program, or one that stands in for a test's, tells nothing of it.
  if (!parsed.success) return { status: 'ok' };
  const { state, since, message, notes, bytes } = parsed.data;
  if (state === 'well' && notes.length === 0) return { status: 'ok' };
  const status = state === 'well' || state === 'busy' ? 'degraded' : 'failing';
  return { status, storage: { state, since, message, notes, bytes } };
}
