import type { Environment } from '#shared/ports.ts';
import { askStation } from './ask-station.ts';
import type { Child } from './child.ts';
import type { CommandName } from './commands.ts';
import type { DemoFolder } from './demo-folder.ts';
import { officeLines } from './office-status.ts';
import { createSampleShip } from './sample-ship.ts';
import type { ShoreProcess } from './shore-process.ts';
import { startElectron, startStation, type StationProcess } from './vessel-process.ts';

export interface DemoDependencies {
  folder: DemoFolder;
  shore: ShoreProcess;
  environment: Environment;
  /** Electron's binary; null to show the board in a browser. */
  electron: string | null;
  boardPort: number;
  say(text: string): void;
  /** Opens an address in the person's browser. */
  open(address: string): void;
}

/** A ship, its office, and the link between them. */
export interface Demo {
  /** Address of the board with its token; null while it is in a window of its own, or not running. */
  board(): string | null;
  /** Starts the vessel; the first time it is given its crew, equipment and work. */
  startVessel(): Promise<void>;
  /** Does what was typed. `quit` is for the caller. */
  run(command: Exclude<CommandName, 'quit'>): Promise<void>;
  /** Ends vessel, then shore. */
  end(): Promise<void>;
}

export function createDemo(dependencies: DemoDependencies): Demo {
  const { folder, shore, environment, electron, say } = dependencies;
  let station: StationProcess | null = null;
  let vessel: Child | null = null;
  let isEnding = false;

  function watch(child: Child): void {
    vessel = child;
    void child.ended.then(({ code, signal }) => {
      if (vessel !== child) return;
      vessel = null;
      station = null;
      if (isEnding) return;
      const how = signal === null ? `with code ${code}` : `by ${signal}`;
      say(
        `The vessel node (process ${child.pid}) was ended ${how}. What it had saved is on its disk; shore keeps running.`,
      );
      say("Type 'start' to start it again.");
    });
  }

  async function startBoard(): Promise<StationProcess> {
    const started = await startStation({
      folder,
      broker: shore.broker,
      environment,
      port: dependencies.boardPort,
    });
    watch(started.child);
    station = started;
    const port = Number(new URL(started.origin).port);
    // The next start, in this demo or the one after, has the same address, so that an open page finds it again.
    dependencies.boardPort = port;
    folder.remember({ boardPort: port });
    return started;
  }

  async function giveShip(running: StationProcess): Promise<void> {
    if (folder.recall().hasShip) return;
    say('Putting a ship on board: crew, equipment, work orders …');
    await createSampleShip(askStation(running), new Date(environment.now()).toISOString().slice(0, 10));
    folder.remember({ hasShip: true });
  }

  async function startVessel(): Promise<void> {
    if (electron !== null && folder.recall().hasShip) {
      watch(startElectron(electron, { folder, broker: shore.broker, environment }));
      say(`Vessel  in its own window (process ${vessel?.pid})`);
      return;
    }
    const running = await startBoard();
    await giveShip(running);
    if (electron !== null) {
      vessel = null;
      await running.child.end();
      station = null;
      await startVessel();
      return;
    }
    say(`Board   ${boardOf(running)}   (process ${running.child.pid})`);
  }

  async function kill(): Promise<void> {
    if (vessel === null) {
      say("The vessel node does not run. Type 'start' to start it.");
      return;
    }
    await vessel.kill();
  }

  async function restore(): Promise<void> {
    await shore.restore();
    say('The link is restored.');
    if (station === null) return;
    try {
      const { link } = await askStation(station)('sync.sendNow', {});
      if (link.state === 'closed')
        say("On board the link is held closed; let go of it on the board's sync page.");
    } catch (error) {
      say(`The vessel node was not told; it tries again by itself. ${messageOf(error)}`);
    }
  }

  async function status(): Promise<void> {
    say(shore.isCut ? 'Link    cut' : 'Link    whole');
    if (vessel === null) say("Vessel  not running; 'start' starts it");
    else if (station === null) say(`Vessel  in its own window (process ${vessel.pid})`);
    else {
      say(`Board   ${boardOf(station)}   (process ${station.child.pid})`);
      const { link, queue, journal, conflicts } = await askStation(station)('sync.status', {});
      say(
        `        link ${link.state}, waiting ${queue.depth}, held by shore ${journal.acknowledged} of ${journal.last}, conflicts ${conflicts}`,
      );
    }
    say(`Office  ${shore.office}/   (process ${shore.child.pid})`);
    for (const line of await officeLines(shore.office)) say(`        ${line}`);
  }

  const actions: Readonly<Record<Exclude<CommandName, 'quit'>, () => Promise<void>>> = {
    async cut() {
      await shore.cut();
      say('The link is cut: what is written on board stays there until it is restored.');
    },
    restore,
    kill,
    async start() {
      if (vessel !== null) say('The vessel node runs already.');
      else await startVessel();
    },
    status,
    async open() {
      if (station !== null) dependencies.open(boardOf(station));
      dependencies.open(`${shore.office}/`);
    },
  };

  return {
    board: () => (station === null ? null : boardOf(station)),
    startVessel,
    run: (command) => actions[command](),
    async end() {
      isEnding = true;
      await vessel?.end();
      await shore.child.end();
      folder.release();
    },
  };
}

function boardOf({ origin, token }: StationProcess): string {
  return `${origin}/#token=${token}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
