import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Tells the workers of a run where the sample ships lie that they share. */
export const samplesVariable = 'ARUS_E2E_SAMPLES';

/** Before all specs of a run; returns what comes after them. */
export default function shareSamples(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'arus-samples-'));
  process.env[samplesVariable] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
