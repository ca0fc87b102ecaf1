import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linePlot, type Line } from '../bench/link/plot.ts';
import type { Soaked } from './soak.ts';
import type { Reading } from './trend.ts';

const minute = 60_000;
const megabyte = 1e6;

/** Writes the plots of a run into a folder: memory, handles, files. */
export function writePlots(folder: string, { series }: Soaked): void {
  const inMegabytes = (name: string, readings: readonly Reading[]): Line => line(name, readings, megabyte);
  const plots = {
    'soak-memory.svg': linePlot(
      'Memory of the programs, and of what their pages hold',
      { x: 'minutes', y: 'MB' },
      [
        inMegabytes('vessel node', series.vesselMemory),
        inMegabytes('gateway', series.gatewayMemory),
        inMegabytes("page on board, script's heap", series.shipPageHeap),
        inMegabytes("office's page, script's heap", series.officePageHeap),
      ],
    ),
    'soak-handles.svg': linePlot('Files and sockets that are open', { x: 'minutes', y: 'open' }, [
      line('vessel node', series.vesselHandles, 1),
      line('gateway', series.gatewayHandles, 1),
      line("gateway's connections to Postgres", series.databaseConnections, 1),
    ]),
    'soak-wal.svg': linePlot("The write-ahead log of the ship's database", { x: 'minutes', y: 'MB' }, [
      inMegabytes('write-ahead log', series.shipWal),
    ]),
    'soak-files.svg': linePlot('Databases', { x: 'minutes', y: 'MB' }, [
      inMegabytes("the ship's", series.shipDatabase),
      inMegabytes("shore's", series.shoreDatabase),
    ]),
  };
  for (const [file, plot] of Object.entries(plots)) writeFileSync(join(folder, file), plot);
}

function line(name: string, readings: readonly Reading[], unit: number): Line {
  return { name, points: readings.map(([at, value]) => [at / minute, value / unit] as const) };
}
