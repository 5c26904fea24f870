// The child process of the rule engine as its clients ask it, and what its end tells: a child that hung in a rule says where.
import * as z from 'zod';
import { failure, type Result, success } from '../protocol/result.ts';
import { ChildQuestions } from './childQuestions.ts';
import { type EngineAnswer, type EngineRequest, engineAnswerSchema } from './messages.ts';

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;
export type EngineQuestion = Unnumbered<EngineRequest>;
export type EngineChild = ChildQuestions<EngineQuestion, EngineAnswer>;

/** Trees of syntax are needed for one file and then never again: with more room for what is young they are not copied. */
export const youngSpace = '--max-semi-space-size=64';

/** @param entry absolute path of the child's script */
export const engineChild = (entry: string, execArgv: readonly string[] = []): EngineChild =>
  new ChildQuestions({
    entry,
    execArgv,
    name: 'rule engine',
    reason: 'engine',
    parse: (message) => {
      const parsed = engineAnswerSchema.safeParse(message);
      if (!parsed.success) return undefined;
      const { data } = parsed;
      return { id: data.id, result: data.kind === 'failed' ? failure('engine', data.message) : success(data) };
    },
    explainEnd,
  });

export interface Place {
  readonly rule: string;
  readonly path: string;
  readonly isStuck: boolean;
}

const placeLine = /^\{"ratchetAt":.*\}\n?/gm;
const placeSchema = z.object({ ratchetAt: z.object({ rule: z.string(), path: z.string(), isStuck: z.boolean() }) });

/** The last place that the watchdog of the child wrote. */
export function placeOf(text: string): Place | undefined {
  const line = text.match(placeLine)?.at(-1);
  if (line === undefined) return undefined;
  try {
    const parsed = placeSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data.ratchetAt : undefined;
  } catch {
    // A dying child may leave half a line.
    return undefined;
  }
}

/** A child that hung in a rule has said so; then the reason is `stuck`, and the message is the place. */
function explainEnd(how: string, stderr: string): Result<never> {
  const at = placeOf(stderr);
  if (at?.isStuck === true) return failure('stuck', JSON.stringify({ ratchetAt: at }));
  const where = at === undefined ? '' : ` It was last seen with rule ${at.rule} in ${at.path || 'no file'}.`;
  const said = stderr.replace(placeLine, '').slice(-2_000);
  return failure('engine', `The rule engine ended unexpectedly (${how}).${where} ${said}`.trim());
}
