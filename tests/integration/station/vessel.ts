import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callResult, type CallResult } from '#shared/contract/envelope.ts';
import { type RunningProgram, startOurProgram } from '#support/processes.ts';

/** A vessel node in a process of its own, as `npm run vessel` starts it. */
export interface VesselProcess {
  readonly program: RunningProgram;
  readonly address: string;
  readonly token: string;
  /** One call over HTTP, as a script makes it. */
  call(method: string, input?: unknown, actor?: string): Promise<CallResult>;
}

const announcement = /^ARUS vessel node (\S+) at (http:\/\/127\.0\.0\.1:\d+\/)#token=(\S+)$/;

export function startVesselProgram(parameters: readonly string[], environment: Record<string, string> = {}) {
  return startOurProgram('src/main/station/vessel-program.ts', parameters, {
    environment: { MQTT_URL: '', PORT: '', ...environment },
  });
}

/** Starts a node on `data` and waits until it serves. */
export async function startVessel(
  data: string,
  further: readonly string[] = ['--no-mqtt'],
): Promise<VesselProcess> {
  const program = startVesselProgram(['--data', data, '--vessel', 'MV-AURORA', '--port', '0', ...further]);
  const [, , address = '', token = ''] = await program.line(announcement);
  return {
    program,
    address,
    token,
    async call(method, input, actor) {
      const response = await fetch(`${address}call/${method}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          ...(actor === undefined ? {} : { 'x-arus-actor': actor }),
        },
        body: input === undefined ? '' : JSON.stringify(input),
      });
      return callResult.parse(await response.json());
    },
  };
}

export function keptToken(data: string): string {
  return readFileSync(join(data, 'station-token'), 'utf8').trim();
}
