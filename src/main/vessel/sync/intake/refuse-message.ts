import type { LinkMessage } from '#shared/ports.ts';
import { WireError } from '#shared/sync/frame.ts';
import type { VesselStore } from '../../store/vessel-store.ts';

/** Tells the log and people on board of a message from shore that could not be taken. Nothing of it was stored. */
export function refuseMessage(
  { environment, problems }: Pick<VesselStore, 'environment' | 'problems'>,
  message: LinkMessage,
  cause: unknown,
): void {
  environment.log.warn(
    { err: cause, topic: message.topic, bytes: message.payload.length },
    'a message was refused',
  );
  problems.add({
    at: environment.now(),
    code: cause instanceof WireError ? cause.code : 'not_applied',
    message:
      cause instanceof WireError
        ? `A message from shore was refused: ${cause.message}. Nothing of it was stored; shore sends its changes again.`
        : `A message from shore could not be taken: ${cause instanceof Error ? cause.message : String(cause)}. Nothing of it was stored; shore sends it again.`,
    entity: null,
    recordId: null,
    number: null,
  });
}
