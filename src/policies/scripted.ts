// A policy whose answers stand in a file: for tests, and for the sample project, where nobody needs a key.
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import * as z from 'zod';
import { doubtSchema, hypothesesSchema } from '../protocol/hypotheses.ts';
import { isReplyStep, perspectiveViewSchema, planSchema } from '../protocol/plan.ts';
import {
  type Answers,
  answerSchemaOf,
  type Episode,
  noUsage,
  type PolicyReply,
  type Question,
  type QuestionKind,
  type QuestionOf,
  type Turn,
} from '../protocol/policy.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { Policy, PolicyContext } from './policy.ts';

const scriptedTurnSchema = z.strictObject({
  text: z.string().default(''),
  toolCalls: z.array(z.strictObject({ name: z.string(), input: z.unknown() })).default([]),
});

/** One feature's answers. `match` is a regular expression over the feature's text, case-insensitive. */
const scenarioSchema = z.strictObject({
  match: z.string(),
  perspectives: z.record(z.string(), perspectiveViewSchema.omit({ perspective: true })),
  plan: planSchema,
  /** The answer when the person asked for changes; `plan` again when there is none. */
  revisedPlan: planSchema.optional(),
  /** Step id, or step id and way as in `s1/2` -> attempts -> turns. An attempt beyond the last repeats the last. */
  turns: z.record(z.string(), z.array(z.array(scriptedTurnSchema)).min(1)),
  /** What is played when the person answers a hunk in words. */
  onReply: z.array(scriptedTurnSchema).default([]),
});

/** The answers of one investigation. `match` as above, over what is investigated. */
const investigationSchema = z.strictObject({
  match: z.string(),
  explains: z.enum(['failure', 'slowdown']).default('failure'),
  hypotheses: hypothesesSchema.shape.hypotheses,
  doubt: doubtSchema.default({ objection: 'The script has no objection.', prediction: '', experiment: null }),
});

export const scriptSchema = z.strictObject({
  /** Said to the person before anything else. */
  notice: z.string().default('The answers are scripted: they stand in a file, and no model is asked.'),
  /** Milliseconds before each answer, so that a person can follow. */
  delayMs: z.number().nonnegative().max(60_000).default(0),
  scenarios: z.array(scenarioSchema).default([]),
  investigations: z.array(investigationSchema).default([]),
});
export type Script = z.infer<typeof scriptSchema>;
type Scenario = z.infer<typeof scenarioSchema>;

export async function loadScriptedPolicy(file: string): Promise<Result<Policy>> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return failure('configuration', `The file with the scripted answers cannot be read: ${file}`);
  const script = parseScript(text);
  return script.ok
    ? success(new ScriptedPolicy(script.value))
    : failure('configuration', `${file}: ${script.failure.message}`);
}

export function parseScript(text: string): Result<Script> {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    return failure('configuration', error instanceof Error ? error.message : String(error));
  }
  const parsed = scriptSchema.safeParse(value);
  if (parsed.success) return success(parsed.data);
  const [issue] = parsed.error.issues;
  return failure('configuration', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a script'}`);
}

export class ScriptedPolicy implements Policy {
  readonly name = 'scripted';
  readonly notice: string;
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
    this.notice = script.notice;
  }

  async decide<K extends QuestionKind>(
    question: QuestionOf<K>,
    context: PolicyContext,
  ): Promise<Result<{ answer: Answers[K]; reply: PolicyReply }>> {
    const scripted = decision(this.#script, question);
    if (!scripted.ok) return scripted;
    await this.#wait(context);
    const schema = answerSchemaOf(question);
    return success({ answer: schema.parse(scripted.value), reply });
  }

  async act(episode: Episode, context: PolicyContext): Promise<Result<{ turn: Turn; reply: PolicyReply }>> {
    const turn = scriptedTurn(this.#script, episode);
    if (!turn.ok) return turn;
    await this.#wait(context);
    return success({ turn: turn.value, reply });
  }

  async #wait({ signal }: PolicyContext): Promise<void> {
    signal.throwIfAborted();
    if (this.#script.delayMs > 0) await delay(this.#script.delayMs, undefined, { signal });
  }
}

/** No model was asked, so nothing was spent; one request is counted as one answer. */
const reply: PolicyReply = { usage: { ...noUsage, requests: 1 }, model: 'scripted', responseId: null };

/** What a script answers to a question: also what a fake server says in its place. */
export function decision(script: Script, question: Question): Result<Answers[QuestionKind]> {
  if (question.kind === 'hypotheses' || question.kind === 'doubt') {
    const { feature, kind, explains = 'failure' } = question;
    const about = script.investigations.filter((one) => one.explains === explains);
    const found = about.find(({ match }) => new RegExp(match, 'i').test(feature));
    if (found === undefined) return exhausted(`"${feature.slice(0, 80)}"`);
    return success(kind === 'doubt' ? found.doubt : { hypotheses: found.hypotheses });
  }
  const scenario = scenarioOf(script, question.feature);
  if (scenario === undefined) return noScenario(script, question.feature);
  if (question.kind === 'synthesis')
    return success(question.feedback.length > 0 ? (scenario.revisedPlan ?? scenario.plan) : scenario.plan);
  const { name } = question.perspective;
  const view = scenario.perspectives[name];
  return view === undefined ? exhausted(`the perspective ${name}`) : success({ perspective: name, ...view });
}

export function scriptedTurn(script: Script, episode: Episode): Result<Turn> {
  const scenario = scenarioOf(script, episode.feature);
  if (scenario === undefined) return noScenario(script, episode.feature);
  const ofWay = episode.way === undefined ? undefined : scenario.turns[`${episode.step.id}/${episode.way.number}`];
  const attempts = ofWay ?? scenario.turns[episode.step.id];
  const turns = isReplyStep(episode.step.id)
    ? scenario.onReply
    : attempts?.[Math.min(episode.attempt, attempts.length - 1)];
  const number = episode.history.length;
  const turn = turns?.[number];
  if (turn === undefined)
    return exhausted(`turn ${number + 1} of step ${episode.step.id}, attempt ${episode.attempt + 1}`);
  const toolCalls = turn.toolCalls.map(({ name, input }, index) => ({
    id: `scripted-${number}-${index}`,
    name,
    input: input ?? {},
  }));
  return success({ text: turn.text, toolCalls, stopReason: toolCalls.length > 0 ? 'tool_use' : 'end_turn' });
}

const scenarioOf = (script: Script, feature: string): Scenario | undefined =>
  script.scenarios.find(({ match }) => new RegExp(match, 'i').test(feature));

const noScenario = (script: Script, feature: string): Result<never> =>
  failure(
    'scriptExhausted',
    `The scripted policy knows no feature like "${feature.slice(0, 80)}". It knows: ${script.scenarios.map(({ match }) => match).join('; ')}. Choose another policy with "Ratchet: Choose Policy" for real work.`,
  );

const exhausted = (what: string): Result<never> => failure('scriptExhausted', `The script has no answer for ${what}.`);
