import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Seeded } from '#support/seeded.ts';
import type { Write } from './ledger.ts';
import { vesselId, type Programs } from './programs.ts';

/** Writers at work at once. */
const writersOnBoard = 4;
const writersAshore = 2;
/** The longest pause between two writes of one of them, unless another is given; milliseconds. */
const usualPause = 60;
/** Nobody waits longer than this for an answer, milliseconds. */
const patience = 15_000;

type Side = Write['side'];
type Answer = { outcome: Write['outcome']; id: string | null } | 'not asked';

const created = z.object({ id: z.string() });
const shipAnswer = z.object({ output: created });

/** People at work on board and in the office: they write, all the time, and keep a ledger of what they were told. */
export class Load {
  readonly ledger: Write[] = [];
  readonly #programs: Programs;
  readonly #random: Seeded;
  readonly #run: string;
  /** Orders that somebody was told of and nobody has deleted. */
  readonly #orders: string[] = [];
  readonly #longestPause: number;
  #count = 0;

  /**
   * @param run stands in every mark, so that no two runs share one
   * @param longestPause between two writes of one person, milliseconds
   */
  constructor(programs: Programs, random: Seeded, run: string, longestPause: number = usualPause) {
    this.#longestPause = longestPause;
    this.#programs = programs;
    this.#random = random;
    this.#run = run;
  }

  /**
   * Writes for so many milliseconds and as long as `whatElse` takes, and until the last question is answered or given
   * up.
   */
  async work(milliseconds: number, whatElse: Promise<unknown> = Promise.resolve()): Promise<void> {
    const end = performance.now() + milliseconds;
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    whatElse.then(over, over);
    const goesOn = (): boolean => performance.now() < end || !isOver;
    const writers: Side[] = [
      ...Array.from({ length: writersOnBoard }, (): Side => 'ship'),
      ...Array.from({ length: writersAshore }, (): Side => 'office'),
    ];
    await Promise.all(writers.map((side) => this.#write(side, goesOn)));
  }

  /** The ship's first order. */
  async begin(): Promise<void> {
    await this.write('ship');
  }

  /** Creates one order more. @returns the words by which it is known */
  async write(side: Side): Promise<string> {
    await this.#create(side);
    return this.ledger.at(-1)?.mark ?? '';
  }

  /** Creates one order more. @returns whether it was answered with what was asked for */
  async isAnswered(side: Side): Promise<boolean> {
    const answer = await this.#create(side);
    return answer !== 'not asked' && answer.outcome === 'answered';
  }

  async #write(side: Side, goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      const kind = this.#random.next();
      const id = this.#orders.length === 0 ? null : this.#random.pick(this.#orders.slice(-200));
      if (id === null || kind < 0.45) await this.#create(side);
      else if (kind < 0.95) await this.#update(side, id);
      else await this.#delete(side);
      await wait(this.#random.between(0, this.#longestPause));
    }
  }

  async #create(side: Side): Promise<Answer> {
    const mark = this.#mark();
    const order = { title: `Order ${mark}`, priority: this.#random.next() < 0.1 ? 'critical' : 'normal' };
    const answer =
      side === 'ship'
        ? await this.#askShip('workOrders.create', order)
        : await this.#askOffice('POST', '/api/work-orders', { vessel: vesselId, ...order });
    this.#note(answer, { mark, side, operation: 'create' });
    if (answer !== 'not asked' && answer.id !== null) this.#orders.push(answer.id);
    return answer;
  }

  async #update(side: Side, id: string): Promise<void> {
    const mark = this.#mark();
    const changes = this.#random.pick([
      { title: `Renamed ${mark}` },
      { description: `Described ${mark}` },
      { notes: `Noted ${mark}`, priority: this.#random.pick(['critical', 'high', 'normal', 'low']) },
    ]);
    const answer =
      side === 'ship'
        ? await this.#askShip('workOrders.update', { id, changes })
        : await this.#askOffice('PATCH', `/api/work-orders/${id}`, changes);
    this.#note(answer, { mark, side, operation: 'update' });
  }

  async #delete(side: Side): Promise<void> {
    // Taken off the list before it is asked: an order is deleted once.
    const [id] = this.#orders.splice(this.#random.between(0, this.#orders.length - 1), 1);
    if (id === undefined) return;
    const answer =
      side === 'ship'
        ? await this.#askShip('workOrders.delete', { id })
        : await this.#askOffice('DELETE', `/api/work-orders/${id}`);
    this.#note(answer, { mark: id, side, operation: 'delete' });
  }

  #mark(): string {
    this.#count += 1;
    return `${this.#run}-${String(this.#count).padStart(6, '0')}`;
  }

  #note(answer: Answer, write: Omit<Write, 'outcome'>): void {
    if (answer !== 'not asked') this.ledger.push({ ...write, outcome: answer.outcome });
  }

  async #askShip(method: string, input: object): Promise<Answer> {
    const { url, token } = this.#programs.ship;
    return this.#ask(
      `${url}/call/${method}`,
      { method: 'POST', body: input, bearer: token },
      (body) => shipAnswer.parse(body).output,
    );
  }

  async #askOffice(method: string, path: string, body?: object): Promise<Answer> {
    const asked = { method, ...(body === undefined ? {} : { body }), bearer: null };
    return this.#ask(this.#programs.office.url + path, asked, (answer) => created.parse(answer));
  }

  async #ask(
    url: string,
    { method, body, bearer }: { method: string; body?: object; bearer: string | null },
    read: (body: unknown) => z.infer<typeof created>,
  ): Promise<Answer> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(patience),
      });
      text = await response.text();
    } catch (error) {
      if (isRefusedConnection(error)) {
        await wait(50);
        return 'not asked';
      }
      return { outcome: 'unanswered', id: null };
    }
    if (response.ok) return { outcome: 'answered', id: read(JSON.parse(text)).id };
    // The office says itself of a 503 that one has to look whether it was done.
    if (response.status >= 500) return { outcome: 'unanswered', id: null };
    if (response.status !== 404 && response.status !== 409 && response.status !== 422)
      throw new Error(`${method} ${url} was answered with ${response.status}: ${text}`);
    return { outcome: 'refused', id: null };
  }
}

/** Nobody listened, so nothing was sent. */
function isRefusedConnection(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}
