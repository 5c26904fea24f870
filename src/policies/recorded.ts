// A policy that repeats the answers of an earlier run: the same request gets the same answer, without any network.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../protocol/canonicalJson.ts';
import {
  type Answers,
  answerSchemaOf,
  type Episode,
  type PolicyReply,
  type Question,
  type QuestionKind,
  type QuestionOf,
  type Turn,
  turnSchema,
} from '../protocol/policy.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { Policy } from './policy.ts';

export interface RecordedAnswer {
  readonly kind: Question['kind'] | 'act';
  /** SHA-256 in hex over the canonical JSON of the request. */
  readonly requestDigest: string;
  readonly request: unknown;
  readonly answer: unknown;
  readonly reply: PolicyReply;
}

export function createRecordedPolicy(recording: readonly RecordedAnswer[]): Policy {
  return new RecordedPolicy(recording);
}

class RecordedPolicy implements Policy {
  readonly name = 'recorded';
  readonly notice =
    'The answers are those of an earlier run; no model is asked. Where a request differs (times in test output do), the answer at the same place is used.';
  readonly #left: RecordedAnswer[];

  constructor(recording: readonly RecordedAnswer[]) {
    this.#left = [...recording];
  }

  async decide<K extends QuestionKind>(
    question: QuestionOf<K>,
  ): Promise<Result<{ answer: Answers[K]; reply: PolicyReply }>> {
    const found = this.#take(question.kind, question);
    if (found === undefined) return exhausted(`a ${question.kind} question about "${question.feature.slice(0, 80)}"`);
    const schema = answerSchemaOf(question);
    return success({ answer: schema.parse(found.answer), reply: found.reply });
  }

  async act(episode: Episode): Promise<Result<{ turn: Turn; reply: PolicyReply }>> {
    const found = this.#take('act', episode);
    if (found === undefined) return exhausted(`turn ${episode.history.length + 1} of step ${episode.step.id}`);
    return success({ turn: turnSchema.parse(found.answer), reply: found.reply });
  }

  #take(kind: RecordedAnswer['kind'], request: Question | Episode): RecordedAnswer | undefined {
    const digest = createHash('sha256').update(canonicalJson(request)).digest('hex');
    const place = placeOf(request);
    let index = this.#left.findIndex((answer) => answer.kind === kind && answer.requestDigest === digest);
    if (index < 0) index = this.#left.findIndex((answer) => answer.kind === kind && placeOf(answer.request) === place);
    return index < 0 ? undefined : this.#left.splice(index, 1)[0];
  }
}

/** Where in a run a request stands, whatever else it says. */
function placeOf(request: unknown): string {
  const get = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  const history = get(request, 'history');
  const feedback = get(request, 'feedback');
  return canonicalJson([
    get(request, 'feature'),
    get(get(request, 'perspective'), 'name'),
    get(get(request, 'step'), 'id'),
    get(request, 'attempt'),
    Array.isArray(history) ? history.length : null,
    Array.isArray(feedback) ? feedback.length : null,
  ]);
}

const exhausted = (what: string): Result<never> =>
  failure('scriptExhausted', `The recording has no answer for ${what}.`);
