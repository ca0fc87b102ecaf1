import type { Compare } from '#shared/sync/compare.ts';
import type { BaseMessage } from '#shared/sync/snapshot/base.ts';
import { takeBase } from '../base/take-base.ts';
import type { IngestDependencies } from '../ingest/ingest.ts';
import type { Committed } from '../service.ts';
import { answerCompare } from './answer-compare.ts';

/** What a vessel asks so that its records and shore's become the same. */
export type Question = Compare | BaseMessage;

/** @throws {WireError} for a question that breaks the protocol */
export function answerQuestion(
  dependencies: IngestDependencies,
  question: Question,
): Promise<{ reply: Question; events: Committed[] } | null> {
  return question.kind === 'base' ? takeBase(dependencies, question) : answerCompare(dependencies, question);
}
