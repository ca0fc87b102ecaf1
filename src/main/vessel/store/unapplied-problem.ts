import type { Change } from '#shared/sync/change.ts';
import { sideOf } from '#shared/sync/causal-context.ts';

export interface ProblemText {
  code: string;
  message: string;
}

/**
 * What people are told of a change that came and is kept without being applied.
 * @param reason why it never will be; null where it waits for a newer program
 */
export function unappliedText(change: Change, reason: string | null): ProblemText {
  return sideOf(change.origin) === 'shore'
    ? textOf(change.actorName, 'office', reason)
    : textOf(change.actorName, `on board, ${change.device}`, reason);
}

function textOf(actorName: string, where: string, reason: string | null): ProblemText {
  if (reason !== null)
    return {
      code: 'parked',
      message: `A change by ${actorName} (${where}) could not be applied: ${reason}. It is kept; nothing else waits for it.`,
    };
  const message =
    where === 'office'
      ? 'The office sent a change that needs a newer ARUS on board. It is kept and will show after the update.'
      : `A change by ${actorName} (${where}) needs a newer ARUS on this computer. It is kept and will show after the update.`;
  return { code: 'newer_program', message };
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
  // Older programs said of every change that the office had made it.
  const texts = [unappliedText(change, reason), textOf(change.actorName, 'office', reason)];
  return reason === null ? texts : [...texts, waitedInVainText(change, reason)];
}
