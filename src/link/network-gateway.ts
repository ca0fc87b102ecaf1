import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ReadGateway } from '#shared/ports.ts';

const run = promisify(execFile);
/** A table of routes is a page of text; what takes longer does not come. Milliseconds. */
const patience = 5_000;

/** How the operating system is asked for the router that this computer's network leads off the ship by. */
export function readGateway(platform: NodeJS.Platform): ReadGateway {
  return async () => {
    try {
      if (platform === 'linux') return gatewayInProc(await readFile('/proc/net/route', 'utf8'));
      if (platform === 'win32')
        return gatewayInRoutePrint(await outputOf('route', ['print', '-4', '0.0.0.0']));
      return gatewayInNetstat(await outputOf('netstat', ['-rn', '-f', 'inet']));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`The address of the network’s router could not be read: ${reason}`, { cause });
    }
  };
}

async function outputOf(command: string, parameters: readonly string[]): Promise<string> {
  const { stdout } = await run(command, parameters, { timeout: patience, windowsHide: true });
  return stdout;
}

/** Linux's `/proc/net/route`: addresses are hexadecimal, lowest byte first; the lowest metric wins. */
export function gatewayInProc(table: string): string | null {
  const isGateway = 0x2;
  const routes = table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([, destination = '', gateway = '', flags = '', , , metric = '', mask = '']) =>
      destination === '00000000' && mask === '00000000' && (Number.parseInt(flags, 16) & isGateway) !== 0
        ? [{ gateway, metric: Number(metric) }]
        : [],
    )
    .toSorted((a, b) => a.metric - b.metric);
  const hex = routes[0]?.gateway;
  if (hex === undefined || !/^[0-9a-f]{8}$/i.test(hex)) return null;
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
}

/** Windows' `route print`: destination, mask, gateway, interface, metric; its headings are in the user's language. */
export function gatewayInRoutePrint(output: string): string | null {
  const routes = [
    ...output.matchAll(
      /^\s*0\.0\.0\.0\s+0\.0\.0\.0\s+(\d+\.\d+\.\d+\.\d+)\s+\d+\.\d+\.\d+\.\d+\s+(\d+)\s*$/gm,
    ),
  ].map(([, gateway = '', metric = '']) => ({ gateway, metric: Number(metric) }));
  return routes.toSorted((a, b) => a.metric - b.metric)[0]?.gateway ?? null;
}

/** `netstat -rn` of macOS and the BSDs: the first default route is the one in use. */
export function gatewayInNetstat(output: string): string | null {
  return /^(?:default|0\.0\.0\.0)\s+(\d+\.\d+\.\d+\.\d+)\s/m.exec(output)?.[1] ?? null;
}
