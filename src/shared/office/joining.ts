import { z } from 'zod';
import { joinFile } from '../installation/join-file.ts';
import { vesselId } from '../sync/topics.ts';

const { office, name, broker, user, ca } = joinFile.shape;

/** What the gateway was started with for ships that join; null for what it was not told. */
const joiningProposal = z.object({
  office: office.nullable(),
  /** The broker as ships reach it. */
  broker: broker.nullable(),
  /** The authority that signed the broker's certificate, PEM. */
  ca: z.string().nullable(),
});
export type JoiningProposal = z.infer<typeof joiningProposal>;

/** What is left out is what the gateway was started with; a ship that is known need not be named. */
const joiningRequest = z.strictObject({
  name: name.optional(),
  office: office.optional(),
  broker: broker.optional(),
  user,
  /** Null: none, as a public authority signed the broker's certificate. */
  ca: ca.unwrap().nullable().optional(),
});
export type JoiningRequest = z.infer<typeof joiningRequest>;

export const joiningShapes = {
  params: z.object({ id: vesselId }),
  proposal: joiningProposal,
  request: joiningRequest,
  file: joinFile,
};
