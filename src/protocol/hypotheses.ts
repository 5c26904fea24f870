// Hypotheses about a cause as data: what a policy proposes, which experiments there are, and what came of each. An experiment is
// made of actions of the gym; it never holds a command.
import * as z from 'zod';

const runExpectations = ['passes', 'fails', 'failsOtherwise'] as const;
const expectsRun = z
  .enum(runExpectations)
  .describe('passes; fails: with the symptom; failsOtherwise: fails, but not with the symptom.');

export const experimentSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('runTest').describe('Runs a test on the working copy.'),
    file: z.string().nullable().describe('A test file of the repository; null: the test that shows the symptom.'),
    name: z.string().nullable().describe('A test of that file; null: all of them.'),
    edit: z.string().nullable().describe('A unified diff of test files, applied for this run alone; null: none.'),
    expects: expectsRun,
  }),
  z.strictObject({
    action: z.literal('revertHunks').describe('Runs what shows the symptom on the culprit without some of its hunks.'),
    hunks: z.array(z.string()).describe('Ids of hunks of the culprit; none: all of them.'),
    expects: expectsRun,
  }),
  z.strictObject({
    action: z.literal('addProbe').describe('Adds output or assertions, and runs what shows the symptom.'),
    patch: z.string().describe('A unified diff against the working copy that only adds lines to files of code.'),
    expects: z.enum([...runExpectations, 'prints']).describe('As above; prints: the run prints `text`.'),
    text: z.string().nullable().describe('What is printed, word for word; null unless `expects` is prints.'),
  }),
  z.strictObject({
    action: z.literal('compareTrees').describe('Runs what shows the symptom on two commits.'),
    before: z.string().describe('today, culprit, before (what the culprit changed), or the id of a commit.'),
    after: z.string().describe('As `before`.'),
    expects: z.enum(['differs', 'same']),
  }),
]);
export type Experiment = z.infer<typeof experimentSchema>;

/**
 * What a policy gives for an experiment. A provider is told the schema of experiments, but whatever comes is taken and recorded:
 * what is no experiment is refused by itself, and costs the other hypotheses nothing.
 */
const { $schema: _, ...toldSchema } = z.toJSONSchema(experimentSchema, { io: 'input' });
const givenExperimentSchema = z.unknown().meta(toldSchema);

export const hypothesisSchema = z.object({
  statement: z.string().describe('What is wrong, in one sentence.'),
  mechanism: z.string().describe('How that leads to the symptom, step by step.'),
  path: z.string().describe('The file it is in.'),
  startLine: z.number().nullable().describe('Its first line in the working copy, or null.'),
  endLine: z.number().nullable(),
  prior: z.number().describe('From 0 to 1: how likely it is before the experiment, beside the others.'),
  prediction: z.string().describe('What the experiment shows if it is right, and would not if it is wrong.'),
  experiment: givenExperimentSchema,
});
export type Hypothesis = z.infer<typeof hypothesisSchema>;
export const hypothesesSchema = z.object({ hypotheses: z.array(hypothesisSchema) });
export type Hypotheses = z.infer<typeof hypothesesSchema>;

export const doubtSchema = z.object({
  objection: z.string().describe('Why the leading hypothesis may be wrong.'),
  prediction: z.string().describe('What the counter-experiment shows if it is wrong; empty when there is none.'),
  experiment: z.unknown().meta({ anyOf: [toldSchema, { type: 'null' }] }),
});
export type Doubt = z.infer<typeof doubtSchema>;

/** `refused`: it is none of the experiments, or names what there is not. `pending`: it was not run yet. */
export const trialOutcomes = ['pending', 'cameTrue', 'didNot', 'inconclusive', 'refused'] as const;
export type TrialOutcome = (typeof trialOutcomes)[number];

const share = z.number().min(0).max(1);

export const trialSchema = z.object({
  /** Of the hypothesis: h1, h2, and so on, in the order of the policy. */
  id: z.string(),
  prediction: z.string(),
  /** What was run, in words. */
  experiment: z.string(),
  /** What was changed for it, as a diff; null when nothing was. */
  patch: z.string().nullable(),
  outcome: z.enum(trialOutcomes),
  /** What was seen, or why it was refused. */
  detail: z.string(),
  command: z.string(),
});
export type Trial = z.infer<typeof trialSchema>;

export const triedHypothesisSchema = trialSchema.extend({
  statement: z.string(),
  mechanism: z.string(),
  path: z.string(),
  /** Lines of the working copy; null when the policy named none, or there is no such file. */
  startLine: z.number().int().positive().nullable(),
  endLine: z.number().int().positive().nullable(),
  isPlaceKnown: z.boolean(),
  /** The belief in it before any experiment, and after all of them. */
  before: share,
  after: share,
});
export type TriedHypothesis = z.infer<typeof triedHypothesisSchema>;

/** The hypotheses of an investigation. They explain a cause, and never change it or its confidence. */
export const inquirySchema = z.object({
  /** The likeliest first. */
  hypotheses: z.array(triedHypothesisSchema),
  /** What a sceptic held against the leading hypothesis, and the belief in that one before and after. */
  doubt: trialSchema.extend({ objection: z.string(), before: share, after: share }).nullable(),
  /** The belief that none of them is right. */
  noneOfThem: z.object({ before: share, after: share }),
  notes: z.array(z.string()),
});
export type Inquiry = z.infer<typeof inquirySchema>;
