import { type JoinFile, joinFileText, JoinFileError } from '#shared/installation/join-file.ts';
import type { JoiningProposal, JoiningRequest } from '#shared/office/joining.ts';
import { ShoreFailure } from '../failure.ts';
import type { ShoreService } from '../service.ts';
import { certificatesIn } from './certificates.ts';

export interface JoiningDependencies {
  service: Pick<ShoreService, 'vessels' | 'now'>;
  proposal: JoiningProposal;
  /** Whether a ship that was never heard of may come in. */
  admit(vesselId: string): boolean;
}

/** Makes the files with which ships join this office. Keeps nothing, and knows no ship's password. */
export class Joining {
  readonly #dependencies: JoiningDependencies;

  constructor(dependencies: JoiningDependencies) {
    this.#dependencies = dependencies;
  }

  get proposal(): JoiningProposal {
    return this.#dependencies.proposal;
  }

  /**
   * @returns what stands in the file, which the app takes
   * @throws {ShoreFailure} naming what is missing or wrong; for a ship that this gateway would not let in
   */
  async make(vesselId: string, request: JoiningRequest): Promise<JoinFile> {
    const { service, proposal, admit } = this.#dependencies;
    const known = (await service.vessels()).find((vessel) => vessel.vesselId === vesselId);
    if (known === undefined && !admit(vesselId))
      throw new ShoreFailure(
        'not_allowed',
        `This gateway takes only the vessels that it was started with (--vessels), and ${vesselId} is none of them. It would not be let in. No file was made.`,
      );
    const office = request.office ?? proposal.office;
    const broker = request.broker ?? proposal.broker;
    const name = request.name ?? known?.name;
    const wrong = new Map<string, string>();
    if (name === undefined) wrong.set('name', 'The ship needs a name');
    if (office === null) wrong.set('office', 'The office needs a name');
    if (broker === null) wrong.set('broker', 'Give the broker’s address as ships reach it');
    else if (!URL.canParse(broker)) wrong.set('broker', 'This is not an address');
    const given = request.ca === undefined ? proposal.ca : request.ca;
    const authority = given === null ? null : certificatesIn(given, Date.parse(service.now()));
    if (authority !== null && 'wrong' in authority) wrong.set('ca', authority.wrong);
    if (name === undefined || office === null || broker === null || wrong.size > 0) throw notRight(wrong);
    const file: JoinFile = {
      arus: 'join',
      version: 1,
      office,
      vessel: vesselId,
      name,
      broker,
      ...(request.user === undefined ? {} : { user: request.user }),
      // Its records come over the link: what the app says of that is true at least from now on.
      ...(known !== undefined && known.feed > 0 ? { known: true } : {}),
      ...(authority !== null && 'pem' in authority ? { ca: authority.pem } : {}),
    };
    try {
      joinFileText(file);
    } catch (error) {
      if (!(error instanceof JoinFileError)) throw error;
      throw new ShoreFailure('invalid_input', error.message, { cause: error });
    }
    return file;
  }
}

function notRight(wrong: ReadonlyMap<string, string>): ShoreFailure {
  return new ShoreFailure('invalid_input', 'Something is not right yet. No file was made.', {
    details: [...wrong].map(([path, message]) => ({ path, message })),
  });
}
