import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';
import { linkCodec } from '#link/link-codec.ts';
import { brokerConfiguration } from '#link/configuration.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel } from '#support/vessel.ts';

/**
 * A vessel node in a process of its own that measures itself. Parameters: data directory, vessel id, broker's URL
 * or '-'. Takes lines of JSON on standard input, answers each with a line of JSON.
 */
const [directory = '', vesselId = '', url = '-'] = process.argv.slice(2);
const environment = systemEnvironment(silentLog);
const openLink = url === '-' ? null : mqttLink(brokerConfiguration({ mqtt: url }), environment);
const vessel = openTestVessel({ codec: linkCodec, directory, vesselId, openLink, environment });
const delay = monitorEventLoopDelay({ resolution: 5 });

const command = z.discriminatedUnion('do', [
  z.object({ do: z.literal('create'), title: z.string() }),
  z.object({ do: z.literal('depth') }),
  z.object({ do: z.literal('status') }),
  z.object({ do: z.literal('link'), enabled: z.boolean() }),
  z.object({ do: z.literal('page'), offset: z.number() }),
  z.object({ do: z.literal('watch') }),
  z.object({ do: z.literal('watched') }),
  z.object({ do: z.literal('memory') }),
  z.object({ do: z.literal('heap') }),
  z.object({ do: z.literal('end') }),
]);

async function answer(line: string): Promise<object> {
  const asked = command.parse(JSON.parse(line));
  switch (asked.do) {
    case 'create':
      return { id: (await vessel.call('workOrders.create', { title: asked.title })).id };
    case 'depth':
      return { depth: (await vessel.call('sync.status', {})).queue.depth };
    case 'status': {
      const { queue, snapshot, journal, bytes } = await vessel.call('sync.status', {});
      const { total } = await vessel.call('workOrders.list', { limit: 1 });
      return {
        depth: queue.depth,
        snapshot,
        fromShore: journal.fromShore,
        received: bytes.received,
        records: total,
      };
    }
    case 'link':
      return { state: (await vessel.call('sync.setLink', { enabled: asked.enabled })).link.state };
    case 'page':
      return {
        rows: (await vessel.call('workOrders.list', { limit: 50, offset: asked.offset })).items.length,
      };
    case 'watch':
      delay.reset();
      delay.enable();
      break;
    case 'watched':
      // Of what the sampler itself waits between two looks only the excess is delay.
      return { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 };
    case 'memory':
      return { rss: process.memoryUsage().rss };
    case 'heap':
      return { heap: heapInUse() };
    case 'end':
      await vessel.node.close();
  }
  return {};
}

/** What is left on the heap when all that nobody holds any more has been let go; bytes. Takes some 100 ms. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  return process.memoryUsage().heapUsed;
}

let pending = '';
let turn = Promise.resolve();
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text: string) => {
  pending += text;
  for (let end = pending.indexOf('\n'); end !== -1; end = pending.indexOf('\n')) {
    const line = pending.slice(0, end);
    pending = pending.slice(end + 1);
    turn = turn.then(async () => void process.stdout.write(`${JSON.stringify(await answer(line))}\n`));
  }
});
process.stdin.on('end', () => process.exit(0));
