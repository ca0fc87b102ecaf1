import { z } from 'zod';

const key = 'arus.office-joining';

const words = z.string().max(110_000);
const ofShip = z.object({
  /** Id of a ship that the office knows; null for a new one. */
  of: z.string().nullable(),
  name: words,
  vessel: words,
  user: words,
  isIdTyped: z.boolean(),
});
const ofOffice = z.object({ office: words.nullable(), broker: words.nullable(), ca: words.nullable() });
const kept = ofOffice.extend({ ships: z.array(ofShip).max(50) });
type Kept = z.infer<typeof kept>;

/** Ships of which what was typed is kept; of more, those that were typed last. */
const mostShips = 20;

/** What somebody typed for a file to join with. Where office, broker and authority are null, what the gateway knows holds. */
export type JoinDraft = z.infer<typeof ofShip> & z.infer<typeof ofOffice>;

/** What was typed last on this computer: of the office, and of this ship. @param of id of a known ship; null for a new one */
export function readJoinDraft(storage: Storage, of: string | null): JoinDraft {
  const { ships, ...office } = read(storage);
  const none = { of, name: '', vessel: '', user: '', isIdTyped: false };
  return { ...office, ...(ships.find((ship) => ship.of === of) ?? none) };
}

export function keepJoinDraft(storage: Storage, { office, broker, ca, ...ship }: JoinDraft): void {
  const others = read(storage).ships.filter(({ of }) => of !== ship.of);
  const typed: Kept = { office, broker, ca, ships: [ship, ...others].slice(0, mostShips) };
  try {
    storage.setItem(key, JSON.stringify(typed));
  } catch {
    // A browser that keeps nothing: the form goes on holding it.
  }
}

function read(storage: Storage): Kept {
  try {
    return kept.parse(JSON.parse(storage.getItem(key) ?? ''));
  } catch {
    return { office: null, broker: null, ca: null, ships: [] };
  }
}
