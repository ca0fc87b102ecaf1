import { performance } from 'node:perf_hooks';
import type { MethodInput } from '#shared/contract/index.ts';
import { fillWithOrders } from '#support/filled-vessel.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { openTestVessel } from '#support/vessel.ts';
import { figure, quantile, type Figure } from './figure.ts';

const orders = 50_000;
const pages = 200;

/** Pages of 50 out of 50,000 through the contract, anywhere in the list, in each order and with filters. */
export async function benchLists(): Promise<Figure[]> {
  const directory = temporaryDirectory('bench-lists');
  fillWithOrders(directory, 'mv-aurora', orders);
  const vessel = openTestVessel({ directory });
  const kinds: [name: string, input: (index: number) => MethodInput<'workOrders.list'>, target: boolean][] = [
    ['by due date', (index) => ({ sort: 'dueDate', offset: (index * 7_919) % orders }), true],
    ['by number', (index) => ({ sort: 'number', direction: 'desc', offset: (index * 7_919) % orders }), true],
    ['by priority', (index) => ({ sort: 'priority', offset: (index * 7_919) % orders }), true],
    ['by title', (index) => ({ sort: 'title', offset: (index * 7_919) % orders }), true],
    [
      'by last change',
      (index) => ({ sort: 'updatedAt', direction: 'desc', offset: (index * 7_919) % orders }),
      true,
    ],
    ['open ones by due date', (index) => ({ status: ['open'], offset: (index * 1_301) % 20_000 }), false],
    ['search for two words', (index) => ({ search: `purifier ${index}` }), false],
  ];
  const figures: Figure[] = [];
  for (const [name, input, isTarget] of kinds) {
    const samples: number[] = [];
    for (let index = 0; index < pages; index += 1) {
      const start = performance.now();
      await vessel.call('workOrders.list', { limit: 50, ...input(index) });
      samples.push(performance.now() - start);
    }
    figures.push(
      figure(
        `page of 50 of 50,000, ${name}, p95`,
        quantile(samples, 0.95),
        'ms',
        isTarget ? { most: 20 } : null,
      ),
    );
  }
  await vessel.node.close();
  return figures;
}
