import type { Codec } from '#shared/ports.ts';
import { openFrame, type Batch, type Hello, type SealedBatch } from '#shared/sync/frame.ts';
import type { IdentityMessage } from '#shared/sync/identity.ts';
import { framesInFiles } from '#shared/sync/message-limits.ts';
import type { Commits } from '../commits.ts';
import { ShoreFailure } from '../failure.ts';
import { lockOrRegisterVessel } from '../ingest/lock-or-register-vessel.ts';
import type { IngestDependencies } from '../ingest/ingest.ts';
import { validateHello } from '../ingest/validate-hello.ts';
import { retryConflicts } from '../store/retry.ts';

interface SenderDependencies extends IngestDependencies {
  commits: Commits;
  codec: Codec;
}

/**
 * Looks at who made a file before anything of it is taken. Its hello is the first of its frames; files of older programs
 * have it last.
 * @throws ShoreFailure where that is another ship, or may be
 */
export async function validateSender(
  dependencies: SenderDependencies,
  vesselId: string,
  frames: readonly Uint8Array[],
): Promise<void> {
  for (const frame of [frames[0], frames.at(-1)]) {
    const message =
      frame === undefined ? null : openFrame(frame, vesselId, dependencies.codec, framesInFiles);
    if (message?.kind !== 'hello') continue;
    await validate(dependencies, message);
    return;
  }
}

async function validate(dependencies: SenderDependencies, hello: Hello): Promise<void> {
  const { store, environment, gateway, commits } = dependencies;
  const verdict = await retryConflicts(
    environment,
    () => undefined,
    () =>
      store.transaction('acknowledge', async (tx) => {
        const vessel = await lockOrRegisterVessel(tx, dependencies, hello.vessel);
        if (vessel === null) return null;
        const heads = await tx.originHeads(hello.vessel);
        const result = await validateHello(tx, vessel, heads, hello, environment.now());
        if (result.outcome === 'held' && result.events.length > 0)
          await tx.notify({ gateway, events: result.events });
        return result;
      }),
  );
  if (verdict?.outcome !== 'held') return;
  commits.announce(verdict.events);
  throw heldFailure(verdict.identity);
}

/** @throws ShoreFailure for changes of a computer that nobody has let in */
export async function checkSender(
  { store }: Pick<IngestDependencies, 'store'>,
  { vessel, origin }: Batch | SealedBatch,
): Promise<void> {
  const standing = await store.originStanding(vessel, origin);
  if (standing === 'known' || standing === 'first') return;
  throw new ShoreFailure(
    'not_allowed',
    standing === 'held'
      ? `This file has changes of a computer that may not be ${vessel}. Nothing of them was taken in. Say on the ship's entry whether it is this ship, and import the file again.`
      : `Who made this file stands in its last part: import that one first. Nothing was taken in.`,
  );
}

export function heldFailure({ vessel, state, name, knownAs }: IdentityMessage): ShoreFailure {
  return new ShoreFailure(
    'not_allowed',
    state === 'refused'
      ? `This file is of '${name}', which the office has said is another ship than ${vessel}. Nothing was taken in.`
      : `This file is of '${name}', and the office knows ${vessel} as '${knownAs}'. Nothing was taken in. Say on the ship's entry on the left whether it is this ship, and import the file again.`,
  );
}
