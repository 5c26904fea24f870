// The port every policy implements: two verbs, data in, data out. Expected failures are values.
import type { Answers, Episode, PolicyReply, QuestionKind, QuestionOf, Turn } from '../protocol/policy.ts';
import type { Result } from '../protocol/result.ts';

export interface PolicyContext {
  readonly signal: AbortSignal;
  /** Partial output while it streams, for progress; never recorded. */
  readonly onProgress?: (text: string) => void;
}

export interface Policy {
  /** For people and for the journal, for instance `claude (claude-sonnet-4-5)` or `scripted`. */
  readonly name: string;
  /** Something a person must know before they trust the answers, for instance that they are scripted. */
  readonly notice: string | null;
  decide<K extends QuestionKind>(
    question: QuestionOf<K>,
    context: PolicyContext,
  ): Promise<Result<{ answer: Answers[K]; reply: PolicyReply }>>;
  act(episode: Episode, context: PolicyContext): Promise<Result<{ turn: Turn; reply: PolicyReply }>>;
}
