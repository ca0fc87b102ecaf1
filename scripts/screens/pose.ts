import type { Page } from 'playwright-core';
import { z } from 'zod';
import type { MethodName, MethodOutput } from '#shared/contract/index.ts';

/** Answers to give instead of the node's own, for states that take days or a second ship to come about. */
export type Pose = { [N in MethodName]?: (real: MethodOutput<N>) => MethodOutput<N> };

const call = z.object({ id: z.number(), method: z.string() });
const answer = z.object({ id: z.number(), ok: z.literal(true), output: z.unknown() });
const event = z.object({ event: z.string() });

/** Stands between the page and its node and changes the answers that `pose` names. */
export async function poseSync(page: Page, pose: Pose): Promise<void> {
  const posed: Readonly<Record<string, ((real: never) => unknown) | undefined>> = pose;
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    const methods = new Map<number, string>();
    socket.onMessage((text) => {
      const parsed = call.safeParse(JSON.parse(String(text)));
      if (parsed.success) methods.set(parsed.data.id, parsed.data.method);
      server.send(text);
    });
    server.onMessage((text) => {
      const json: unknown = JSON.parse(String(text));
      const parsed = answer.safeParse(json);
      const change = parsed.success ? posed[methods.get(parsed.data.id) ?? ''] : undefined;
      // The node's own word on the link would undo the pose.
      if (event.safeParse(json).data?.event === 'sync.changed' && posed['sync.status'] !== undefined) return;
      if (!parsed.success || change === undefined) socket.send(text);
      else socket.send(JSON.stringify({ ...parsed.data, output: change(parsed.data.output as never) }));
    });
  });
}
