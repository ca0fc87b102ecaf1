import type { Change } from '#shared/sync/change.ts';

export interface ProblemText {
  code: string;
  message: string;
}

/**
 * What people are told of a change that came and is kept without being applied.
 * @param reason why it never will be; null where it waits for a newer program
 */
export function unappliedText({ actorName }: Pick<Change, 'actorName'>, reason: string | null): ProblemText {
  return reason === null
    ? {
        code: 'newer_program',
        message:
          'The office sent a change that needs a newer ARUS on board. It is kept and will show after the update.',
      }
    : {
        code: 'parked',
        message: `A change by ${actorName} (office) could not be applied: ${reason}. It is kept; nothing else waits for it.`,
      };
}

/** The same of one that waited for this version of the program in vain. */
export function waitedInVainText({ actorName }: Pick<Change, 'actorName'>, reason: string): ProblemText {
  return {
    code: 'parked',
    message: `A change by ${actorName} that had waited for this version could not be applied: ${reason}. It is kept.`,
  };
}

/** What may stand in the list of problems of it: it may have waited first. */
export function unappliedTexts(change: Change, reason: string | null): readonly ProblemText[] {
  return reason === null
    ? [unappliedText(change, null)]
    : [unappliedText(change, reason), waitedInVainText(change, reason)];
}
