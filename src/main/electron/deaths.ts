import { app } from 'electron';
import type { Environment } from '#shared/ports.ts';

const oftenWithinMs = 3_600_000;
const often = 3;

export interface DeathOptions {
  /** Called after each: there may be a dump of it. */
  onDeath: () => void;
  /** False where hardware acceleration is off already. */
  accelerated: boolean;
  environment: Pick<Environment, 'monotonic' | 'log'>;
}

/** Logs the death of every process of the app that is not a page, and says what helps where graphics keep failing. */
export function logDeaths({ onDeath, accelerated, environment: { monotonic, log } }: DeathOptions): void {
  let ofGraphics: number[] = [];
  app.on('child-process-gone', (_event, { type, reason, exitCode, name, serviceName }) => {
    if (reason === 'clean-exit') return;
    log.error({ type, reason, exitCode, name, serviceName }, 'A process of the app ended.');
    onDeath();
    if (type !== 'GPU') return;
    const now = monotonic();
    ofGraphics = [...ofGraphics.filter((at) => now - at < oftenWithinMs), now];
    if (ofGraphics.length !== often || !accelerated) return;
    log.warn(
      { times: often },
      "The graphics of this computer keep failing. Untick 'Draw with the graphics card' under Settings, or start with --no-hardware-acceleration.",
    );
  });
  app.on('render-process-gone', (_event, _contents, { reason }) => {
    if (reason !== 'clean-exit') onDeath();
  });
}
