import { z } from 'zod';
import { callResult } from '#shared/contract/envelope.ts';
import { contract, type MethodInput, type MethodName, type MethodOutput } from '#shared/contract/index.ts';
import { type RunningProgram, startOurProgram } from '#support/processes.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';

/** A real vessel node, running without a window. */
export interface Vessel {
  readonly id: string;
  readonly program: RunningProgram;
  call<N extends MethodName>(method: N, input: MethodInput<N>, actor?: string): Promise<MethodOutput<N>>;
  stop(): Promise<void>;
}

const token = 'a-token-that-only-tests-know';
// The same methods under a type that lets a name pick its own output.
const outputs: { [N in MethodName]: { output: z.ZodType<MethodOutput<N>> } } = contract;

/** Starts `npm run vessel` on the broker and waits for its line. */
export async function startVessel(id: string, name: string, mqtt: string): Promise<Vessel> {
  const data = temporaryDirectory(`vessel-${id}`);
  const program = startOurProgram('src/main/station/vessel-program.ts', [
    '--data',
    data,
    '--vessel',
    id,
    '--name',
    name,
    '--mqtt',
    mqtt,
    '--port',
    '0',
    '--token',
    token,
    '--log-level',
    'warn',
  ]);
  const [, origin = ''] = await program.line(/(http:\/\/127\.0\.0\.1:\d+)\//, 20_000);
  return {
    id,
    program,
    async call(method, input, actor) {
      const response = await fetch(`${origin}/call/${method}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          ...(actor === undefined ? {} : { 'x-arus-actor': actor }),
        },
        body: JSON.stringify(input),
      });
      const result = callResult.parse(await response.json());
      if (!result.ok) throw new Error(`${method}: ${JSON.stringify(result.error)}`);
      return outputs[method].output.parse(result.output);
    },
    async stop() {
      await program.stop(10_000);
    },
  };
}
