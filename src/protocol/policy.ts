// The policy as a function: questions and episodes go in, answers and turns come out, as data.
import * as z from 'zod';
import { toolCallSchema } from './gym.ts';
import { doubtSchema, hypothesesSchema, inquirySchema } from './hypotheses.ts';
import { conflictSchema, perspectiveViewSchema, planSchema, planStepSchema } from './plan.ts';
import { slowdownDoubtSchema, slowdownHypothesesSchema } from './timedExperiment.ts';
import { findingSchema } from './verdict.ts';

/** Tokens as the provider counted them; `costUsd` in US dollars, 0 when the price is not known. */
export const usageSchema = z.object({
  requests: z.number().nonnegative(),
  inputTokens: z.number().nonnegative(),
  outputTokens: z.number().nonnegative(),
  cacheReadTokens: z.number().nonnegative(),
  cacheWriteTokens: z.number().nonnegative(),
  costUsd: z.number().nonnegative(),
});
export type Usage = z.infer<typeof usageSchema>;

export const noUsage: Usage = {
  requests: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costUsd: 0,
};

export const addUsage = (a: Usage, b: Usage): Usage => ({
  requests: a.requests + b.requests,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
  costUsd: a.costUsd + b.costUsd,
});

/** How much of what was sent came from the provider's cache, from 0 to 1. */
export function cacheReadShare({ inputTokens, cacheReadTokens, cacheWriteTokens }: Usage): number {
  const sent = inputTokens + cacheReadTokens + cacheWriteTokens;
  return sent === 0 ? 0 : cacheReadTokens / sent;
}

export const projectRulesSchema = z.array(z.object({ path: z.string(), text: z.string(), truncated: z.boolean() }));
export type ProjectRules = z.infer<typeof projectRulesSchema>;

/** What the policy is shown of the repository. All of it is data from the repository, never instructions. */
export const repoContextSchema = z.object({
  tree: z.string(),
  files: z.array(z.string()).describe('Paths, the most relevant first, cut to a limit.'),
  totalFiles: z.number(),
  excerpts: z.array(
    z.object({
      path: z.string(),
      text: z.string(),
      truncated: z.boolean(),
      /** `outline`: signatures alone; `part`: with some bodies, or the beginning. Lines of both keep their numbers. */
      kind: z.enum(['whole', 'part', 'outline']).optional(),
      /** Why it was chosen, for people. */
      reasons: z.array(z.string()).optional(),
    }),
  ),
  testCommand: z.string().nullable(),
  /** What the repository's own files for assistants ask for, with where it stands. */
  rules: projectRulesSchema.optional(),
  /** Tokens that files could take, and what they took by our count. */
  budget: z.object({ tokens: z.number(), used: z.number() }).optional(),
});
export type RepoContext = z.infer<typeof repoContextSchema>;

/** A hunk of the culprit that an experiment may name. */
const knownHunkSchema = z.object({
  id: z.string(),
  path: z.string(),
  startLine: z.number(),
  lines: z.array(z.string()),
});

/** What is explained: without it, a failure. It decides which experiments there are. */
const explained = z.literal('slowdown').optional();

export const questionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('perspective'),
    feature: z.string(),
    perspective: z.object({ name: z.string(), brief: z.string() }),
    context: repoContextSchema,
  }),
  z.object({
    kind: z.literal('synthesis'),
    feature: z.string(),
    views: z.array(perspectiveViewSchema),
    /** Where perspectives want different things of the same place; the plan must decide each. */
    conflicts: z.array(conflictSchema).optional(),
    context: repoContextSchema,
    /** What the plan gate or the person said of an earlier plan; empty at first. */
    feedback: z.array(z.string()),
    previousPlan: planSchema.nullable(),
  }),
  z.object({
    kind: z.literal('hypotheses'),
    explains: explained,
    /** What is investigated, in one line. */
    feature: z.string(),
    /** What was found without a policy, as Markdown. */
    evidence: z.string(),
    hunks: z.array(knownHunkSchema),
    /** The most hypotheses that are tried. */
    limit: z.number().int().positive(),
    context: repoContextSchema,
  }),
  z.object({
    kind: z.literal('doubt'),
    explains: explained,
    feature: z.string(),
    perspective: z.object({ name: z.string(), brief: z.string() }),
    evidence: z.string(),
    hunks: z.array(knownHunkSchema),
    /** The hypothesis that is attacked, of those in `inquiry`. */
    leading: z.string(),
    inquiry: inquirySchema,
    context: repoContextSchema,
  }),
]);
export type Question = z.infer<typeof questionSchema>;

export type QuestionKind = Question['kind'];
export type QuestionOf<K extends QuestionKind> = Extract<Question, { kind: K }> & { readonly kind: K };

export interface Answers {
  readonly perspective: z.infer<typeof perspectiveViewSchema>;
  readonly synthesis: z.infer<typeof planSchema>;
  readonly hypotheses: z.infer<typeof hypothesesSchema>;
  readonly doubt: z.infer<typeof doubtSchema>;
}

type AnswerSchemas = { readonly [K in QuestionKind]: z.ZodType<Answers[K]> };

const answerSchemas: AnswerSchemas = {
  perspective: perspectiveViewSchema,
  synthesis: planSchema,
  hypotheses: hypothesesSchema,
  doubt: doubtSchema,
};
const slowdownSchemas: AnswerSchemas = {
  ...answerSchemas,
  hypotheses: slowdownHypothesesSchema,
  doubt: slowdownDoubtSchema,
};

/** The schema that a question's answer satisfies. */
export function answerSchemaOf<K extends QuestionKind>(question: QuestionOf<K>): z.ZodType<Answers[K]> {
  const isOfSlowdown = 'explains' in question && question.explains === 'slowdown';
  const schemas = isOfSlowdown ? slowdownSchemas : answerSchemas;
  return schemas[question.kind];
}

export const stopReasons = [
  'tool_use',
  'end_turn',
  'stop_sequence',
  'max_tokens',
  'refusal',
  'pause_turn',
  'model_context_window_exceeded',
] as const;

/** One answer of the policy in an episode: what it said and the tools it called, in order. */
export const turnSchema = z.object({
  text: z.string(),
  toolCalls: z.array(toolCallSchema),
  stopReason: z.enum(stopReasons),
  /** The answer as the provider wants it back, where it holds more than text and calls, such as signed thinking. */
  original: z.object({ model: z.string(), blocks: z.array(z.record(z.string(), z.unknown())) }).optional(),
});
export type Turn = z.infer<typeof turnSchema>;

export const toolResultSchema = z.object({ toolCallId: z.string(), content: z.string(), isError: z.boolean() });
export type ToolResult = z.infer<typeof toolResultSchema>;

export const episodeSchema = z.object({
  feature: z.string(),
  plan: planSchema,
  step: planStepSchema,
  /** 0 is the first attempt; each repair adds one. */
  attempt: z.number().int().nonnegative(),
  /** What the gates found in the last attempt; empty at first. */
  findings: z.array(findingSchema),
  /** Which of several ways through the step this is, of those that are tried at the same time. */
  way: z.object({ number: z.number().int().positive(), of: z.number().int().positive() }).optional(),
  /** What the person answered on a hunk, or null. */
  instructions: z.string().nullable(),
  /** What the repository's own files for assistants ask for, as the base tree has them. */
  rules: projectRulesSchema.optional(),
  /** Everything said and done so far in this attempt, in order. */
  history: z.array(
    z.object({
      turn: turnSchema,
      results: z.array(toolResultSchema),
      /** What the person said after that, in words. */
      comment: z.string().optional(),
    }),
  ),
});
export type Episode = z.infer<typeof episodeSchema>;

/** `model` is the model that answered, as the provider named it. */
export const policyReplySchema = z.object({ usage: usageSchema, model: z.string(), responseId: z.string().nullable() });
export type PolicyReply = z.infer<typeof policyReplySchema>;

/** A model that can be chosen; `name` is for people. */
export const modelNameSchema = z.object({ id: z.string(), name: z.string() });
export type ModelName = z.infer<typeof modelNameSchema>;

/**
 * Reasons of a policy's failures. `unavailable`: no key, a rejected key, no such model. `rateLimited`, `overloaded`,
 * `network`: may be retried. `invalidAnswer`: outside the schema after the adapter's own repair. `refusal`,
 * `truncated`, `contextExceeded`: the model stopped. `scriptExhausted`: a script or a recording has no such answer.
 */
export const policyFailureReasons = [
  'unavailable',
  'rateLimited',
  'overloaded',
  'network',
  'invalidAnswer',
  'refusal',
  'truncated',
  'contextExceeded',
  'scriptExhausted',
] as const;
export type PolicyFailureReason = (typeof policyFailureReasons)[number];
