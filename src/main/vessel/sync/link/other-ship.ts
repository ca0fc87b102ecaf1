import type { Message } from '#shared/sync/frame.ts';
import type { IdentityMessage } from '#shared/sync/identity.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { VesselStore } from '../../store/vessel-store.ts';

/** What may be taken before shore has said that this computer is the ship: its word on that, and answers to it alone. */
export function isAboutIdentity(frame: Message, own: Origin): boolean {
  if (frame.kind === 'identity') return true;
  const isAnswer = frame.kind === 'ack' || frame.kind === 'page' || frame.kind === 'base';
  return isAnswer && frame.origin === own;
}

/** Another computer says that it is this ship, under another name: told to the people on board of this one. */
export function noteOtherShip(store: VesselStore, { state, name, knownAs }: IdentityMessage): void {
  if (state === 'accepted' || state === 'refused') store.problems.forget('two_ships');
  if (state !== 'waiting') return;
  store.problems.add({
    at: store.environment.now(),
    code: 'two_ships',
    message:
      `Another computer says that it is ${store.vesselId}. It calls the ship '${name}', and the office knows it as ` +
      `'${knownAs}'. The office takes nothing of that computer before somebody there has said which is right. Nothing ` +
      'changes for this one. If that is a computer of this ship, correct the name on it.',
    entity: null,
    recordId: null,
    number: null,
  });
}
