import { cpSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { askStation } from '../../../src/demo/ask-station.ts';
import { type Ask, createSampleShip, sampleVessel } from '../../../src/demo/sample-ship.ts';
import { type RunningProgram, startOurProgram } from '#support/processes.ts';
import { fillWithOrders } from '#support/filled-vessel.ts';
import { removeDirectory, temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { samplesVariable } from './shared-samples.ts';

/** A vessel node with a ship on it, in a process of its own, its screens on loopback. */
export interface Ship {
  /** Its data directory. */
  readonly data: string;
  /** Address of the page with the station's key. */
  readonly address: string;
  /** What a script asks, and so what another person does meanwhile. */
  ask: Ask;
  /** Kills the node as a power cut would. */
  cutPower(): Promise<void>;
  /** Stops the node where it is, as a computer does that hangs: its sockets stand and nothing answers. */
  hold(): void;
  goOn(): void;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

const announcement = /^ARUS vessel node \S+ at (http:\/\/127\.0\.0\.1:(\d+)\/)#token=(\S+)$/;
const zone = 'Europe/Oslo';

/** The day on board, `YYYY-MM-DD`. */
export function today(): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date());
}

/**
 * Starts a node on an empty folder. `mqtt` is the broker's address; none means a node without a link.
 * With `empty` there is nothing on it, else a small ship in trade, and `moreOrders` of its years at sea. Those are copies of one another, journal and all:
 * let one shore see only one of them.
 */
export async function startShip(
  options: { mqtt?: string; empty?: boolean; moreOrders?: number; name?: string } = {},
): Promise<Ship> {
  const data = temporaryDirectory('ship');
  if (options.empty !== true) cpSync(await sampleData(options.moreOrders ?? 0), data, { recursive: true });
  return startShipOn(data, options);
}

const samples = new Map<number, Promise<string>>();

/** The folder of a ship in trade that nobody runs, made once for all who start from it. */
export function sampleData(moreOrders: number): Promise<string> {
  const known = samples.get(moreOrders);
  if (known !== undefined) return known;
  const made = makeSample(moreOrders);
  samples.set(moreOrders, made);
  return made;
}

async function makeSample(moreOrders: number): Promise<string> {
  const shared = process.env[samplesVariable];
  return shared === undefined
    ? fillSample(temporaryDirectory('sample-ship'), moreOrders)
    : sharedSample(join(shared, `with-${moreOrders}`), moreOrders);
}

/** Made by the first worker of a run that wants it; the others wait for it. */
async function sharedSample(data: string, moreOrders: number): Promise<string> {
  if (existsSync(data)) return data;
  const draft = `${data}-draft`;
  try {
    mkdirSync(draft);
  } catch {
    await until('the sample ship of another worker', () => existsSync(data), {
      within: 120_000,
    });
    return data;
  }
  try {
    await fillSample(draft, moreOrders);
    renameSync(draft, data);
  } finally {
    // The next one tries again.
    removeDirectory(draft);
  }
  return data;
}

async function fillSample(data: string, moreOrders: number): Promise<string> {
  const ship = await startShipOn(data, {});
  await createSampleShip(ship.ask, today());
  await ship.stop();
  if (moreOrders > 0) fillWithOrders(data, sampleVessel.id, moreOrders);
  return data;
}

async function startShipOn(
  data: string,
  options: { mqtt?: string; name?: string },
): Promise<Ship & { stop(): Promise<void> }> {
  const link = options.mqtt === undefined ? ['--no-mqtt'] : ['--mqtt', options.mqtt];
  const { id, name, device } = sampleVessel;
  const names = ['--vessel', id, '--name', options.name ?? name, '--device', device, '--time-zone', zone];
  let port = '0';
  let program: RunningProgram;
  let origin = '';
  let token = '';

  async function start(): Promise<void> {
    program = startOurProgram(
      'src/main/station/vessel-program.ts',
      ['--data', data, ...names, '--port', port, '--log-level', 'warn', ...link],
      { environment: { MQTT_URL: '', PORT: '' } },
    );
    const [, address = '', boundPort = '0', key = ''] = await program.line(announcement);
    origin = address.slice(0, -1);
    port = boundPort;
    token = key;
  }

  await start();
  const ask: Ask = (method, input, actor) => askStation({ origin, token })(method, input, actor);
  return {
    data,
    get address() {
      return `${origin}/#token=${token}`;
    },
    ask,
    async cutPower() {
      await program.kill();
    },
    hold: () => void process.kill(program.pid, 'SIGSTOP'),
    goOn: () => void process.kill(program.pid, 'SIGCONT'),
    start,
    async stop() {
      await program.stop();
    },
    async remove() {
      await program.stop();
      removeDirectory(data);
    },
  };
}

/** Adds `count` orders that a ship collects over years, asking several at a time. */
export async function addManyOrders(ask: Ask, count: number): Promise<void> {
  const { items: equipment } = await ask('equipment.list', { limit: 100 });
  const { items: crew } = await ask('crew.list', {});
  const start = Date.parse(`${today()}T00:00:00Z`);
  const jobs = ['Grease', 'Inspect', 'Overhaul', 'Megger test', 'Renew gaskets', 'Clean', 'Calibrate'];
  const types = ['planned', 'planned', 'inspection', 'survey', 'safety'] as const;
  const priorities = ['normal', 'normal', 'low', 'high'] as const;
  const add = async (index: number): Promise<void> => {
    const item = equipment[index % equipment.length];
    const due = new Date(start + ((index * 7) % 900) * 86_400_000).toISOString().slice(0, 10);
    await ask('workOrders.create', {
      title: `${jobs[index % jobs.length] ?? 'Check'} ${item?.name.toLowerCase() ?? 'hull'}, round ${index + 1}`,
      equipmentId: item?.id ?? null,
      type: types[index % types.length] ?? 'planned',
      priority: priorities[index % priorities.length] ?? 'normal',
      dueDate: due,
      assigneeId: crew[index % crew.length]?.id ?? null,
      estimatedHours: (index % 16) / 2 + 0.5,
    });
  };
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await add(next - 1);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}
