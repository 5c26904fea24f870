// The client of the context engine, which lives in a child process, so that reading ten thousand files never holds up the
// editor. A child that is too slow or dies is killed with its question; the next question starts another.
import { ChildQuestions } from '../invariants/childQuestions.ts';
import { type ContextAnswer, type ContextRequest, contextAnswerSchema } from '../policies/context/messages.ts';
import type { RepoContext } from '../protocol/policy.ts';
import { failure, type Result, success } from '../protocol/result.ts';

export interface ContextEngineOptions {
  /** Absolute path of the child's script. */
  readonly entry: string;
  /** The longest one question may take, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Megabytes of the child's heap; a repository that needs more fails its question, not the machine. */
const maxHeapMegabytes = 2_048;

const defaultTimeoutMs = 240_000;

export class ContextEngine {
  readonly #timeoutMs: number;
  readonly #child: ChildQuestions<Omit<ContextRequest, 'id'>, ContextAnswer>;

  constructor({ entry, timeoutMs = defaultTimeoutMs }: ContextEngineOptions) {
    this.#timeoutMs = timeoutMs;
    this.#child = new ChildQuestions({
      entry,
      name: 'context engine',
      reason: 'context',
      execArgv: [`--max-old-space-size=${maxHeapMegabytes}`],
      parse: (message) => {
        const parsed = contextAnswerSchema.safeParse(message);
        return parsed.success ? { id: parsed.data.id, result: success(parsed.data) } : undefined;
      },
    });
  }

  async gather(question: Omit<ContextRequest, 'id'>, signal: AbortSignal): Promise<Result<RepoContext>> {
    const answer = await this.#child.ask(question, this.#timeoutMs, signal);
    if (!answer.ok) return answer;
    return answer.value.kind === 'gathered'
      ? success(answer.value.context)
      : failure('context', `The context could not be found: ${answer.value.message}`);
  }

  /** The child's process id, for tests; undefined when none is alive. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  async dispose(): Promise<void> {
    await this.#child.dispose();
  }
}
