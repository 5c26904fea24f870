// The activities of the workflows: what each takes and gives. Recorded in the journal, so a change here is a new version.
import * as z from 'zod';
import { fileDriftSchema } from './drift.ts';
import { stepResultSchema, toolCallSchema } from './gym.ts';
import { doubtSchema, hypothesesSchema } from './hypotheses.ts';
import {
  causeHunkSchema,
  experimentResultSchema,
  experimentRunSchema,
  historyCommitSchema,
  investigationOutcomeSchema,
  oracleSchema,
  overlayFileSchema,
  probeResultSchema,
  symptomSchema,
  testOracleSchema,
  variantSchema,
} from './investigation.ts';
import { perspectiveRecordSchema, perspectiveViewSchema, planSchema } from './plan.ts';
import {
  episodeSchema,
  policyReplySchema,
  type QuestionKind,
  questionSchema,
  repoContextSchema,
  turnSchema,
} from './policy.ts';
import { proofSchema } from './proof.ts';
import { hunkEvidenceSchema, hunkOutcomeSchema, proposalSchema } from './proposal.ts';
import { coverageSchema, fileChangesSchema } from './suspects.ts';
import { functionTimeSchema, timingBatchSchema, timingKinds, timingMeasureSchema } from './timing.ts';
import { gateNameSchema, verdictSchema } from './verdict.ts';

const questionOf = <K extends QuestionKind>(kind: K) =>
  questionSchema.refine((question) => question.kind === kind, { error: `expected a question of kind ${kind}` });

/** Of a step's candidate, of the whole proposal, of what a person has not rejected of it, or of what was accepted. */
export const judgementPhaseSchema = z.enum(['step', 'proposal', 'remaining', 'accepted']);
export type JudgementPhase = z.infer<typeof judgementPhaseSchema>;

export const activitySchemas = {
  /** The working copy, unsaved and untracked files included, as a git tree. */
  takeSnapshot: { input: z.object({}), output: z.object({ tree: z.string() }) },
  gatherContext: { input: z.object({ tree: z.string(), feature: z.string() }), output: repoContextSchema },
  consider: {
    input: questionOf('perspective'),
    output: z.object({ view: perspectiveViewSchema, reply: policyReplySchema }),
  },
  /** Looks up what each claim rests on. One entry for each claim, in their order: what is not there, or null. */
  verifyViews: {
    input: z.object({ tree: z.string(), views: z.array(perspectiveViewSchema) }),
    output: z.object({ problems: z.array(z.array(z.string().nullable())) }),
  },
  synthesise: { input: questionOf('synthesis'), output: z.object({ plan: planSchema, reply: policyReplySchema }) },
  nextTurn: { input: episodeSchema, output: z.object({ turn: turnSchema, reply: policyReplySchema }) },
  /** One action in the gym, on the worktree as `tree` has it. */
  stepGym: {
    input: z.object({
      stepId: z.string(),
      baseTree: z.string(),
      tree: z.string(),
      call: toolCallSchema,
      /** What `check_gates` asks for, as the judgement will. */
      proof: proofSchema.optional(),
      /** Which of several ways at the same time, each with a worktree of its own; the first without a number. */
      way: z.number().int().positive().optional(),
    }),
    output: stepResultSchema,
  },
  /** Several ways through a step have ended, and one is taken; nothing but the record of it. */
  noteChoice: {
    input: z.object({
      stepId: z.string(),
      chosen: z.number().int().positive(),
      ways: z.array(z.object({ way: z.number().int().positive(), passed: z.boolean(), findings: z.number().int() })),
    }),
    output: z.object({}),
  },
  judge: {
    input: z.object({
      phase: judgementPhaseSchema,
      stepId: z.string().nullable(),
      baseTree: z.string(),
      candidateTree: z.string(),
      gates: z.array(gateNameSchema),
      /** What tests must show beyond passing. */
      proof: proofSchema.optional(),
      way: z.number().int().positive().optional(),
    }),
    output: z.object({ verdicts: z.array(verdictSchema) }),
  },
  /** Leaves out one hunk after the other, to tell which tests need it. At most `limit` of them. */
  weighHunks: {
    input: z.object({ baseTree: z.string(), candidateTree: z.string(), limit: z.number().int().positive() }),
    output: z.object({ evidence: z.array(hunkEvidenceSchema) }),
  },
  /** The base with some hunks of the change. */
  composeTree: {
    input: z.object({ baseTree: z.string(), candidateTree: z.string(), hunkIds: z.array(z.string()) }),
    output: z.object({ tree: z.string() }),
  },
  propose: { input: z.object({ baseTree: z.string(), candidateTree: z.string() }), output: proposalSchema },
  /** Writes accepted hunks into the workspace; a hunk whose lines are gone is `stale` and writes nothing. */
  applyHunks: {
    input: z.object({
      baseTree: z.string(),
      candidateTree: z.string(),
      hunkIds: z.array(z.string()),
      /** Hunks that are in the workspace already. */
      acceptedIds: z.array(z.string()),
    }),
    output: z.object({ outcomes: z.array(hunkOutcomeSchema) }),
  },
  /** Adds the run to the repository's memory in `.ratchet/`. */
  recordOutcome: {
    input: z.object({
      plan: planSchema,
      accepted: z.number(),
      rejected: z.number(),
      verdicts: z.array(verdictSchema),
      perspectives: z.array(perspectiveRecordSchema),
    }),
    output: z.object({ paths: z.array(z.string()) }),
  },
  /** From what a person saw to something that can be run; for words, the gates say what is wrong around the file. */
  findOracle: {
    input: z.object({ tree: z.string(), file: z.string(), symptom: symptomSchema }),
    output: z.object({
      oracle: oracleSchema.nullable(),
      overlay: z.array(overlayFileSchema),
      /** Files of the project that the oracle's test leads to, as far as its text tells; empty when it does not. */
      reached: z.array(z.string()),
      /** It was seen to fail on the tree already. */
      isSeen: z.boolean(),
      /** Why there is none, or what else was found. */
      notes: z.array(z.string()),
    }),
  },
  /** The commits that may be the culprit, the newest first: those that change a file that is likely to matter, or all. */
  readHistory: {
    input: z.object({
      /** The working copy; null inside of a merge. */
      tree: z.string().nullable(),
      from: z.string(),
      /** What is not looked at: this revision and everything before it. */
      good: z.string().nullable(),
      /** Files whose changes are likelier to be the cause. */
      reached: z.array(z.string()),
      /** Commits of documentation too. */
      isWhole: z.boolean().optional(),
    }),
    output: z.object({
      commits: z.array(historyCommitSchema),
      good: historyCommitSchema.nullable(),
      /** Positions of the commits that change a file of `reached`. */
      near: z.array(z.number().int().nonnegative()),
      isShallow: z.boolean(),
      isCut: z.boolean(),
    }),
  },
  /** One run of the oracle on a tree, with today's tests laid over it. `attempt` tells repeated runs apart. */
  probe: {
    input: z.object({
      oracle: oracleSchema,
      overlay: z.array(overlayFileSchema),
      todayTree: z.string(),
      commit: historyCommitSchema,
      attempt: z.number().int().nonnegative(),
      /** Only these hunks of the commit, on what was before it; null for the whole commit. */
      hunks: z.object({ baseTree: z.string(), ids: z.array(z.string()) }).nullable(),
    }),
    output: probeResultSchema,
  },
  /** The hunks of a commit, and where their lines are today. */
  readHunks: {
    input: z.object({ commit: historyCommitSchema, todayTree: z.string(), overlay: z.array(overlayFileSchema) }),
    output: z.object({ baseTree: z.string(), hunks: z.array(causeHunkSchema), isCut: z.boolean() }),
  },
  /** Runs the oracle on two commits in turns, in an order that the seed gives, and nothing beside it. */
  timePairs: {
    input: z.object({
      kind: z.enum(timingKinds),
      oracle: oracleSchema,
      overlay: z.array(overlayFileSchema),
      todayTree: z.string(),
      before: historyCommitSchema,
      after: historyCommitSchema,
      pairs: z.number().int().positive(),
      seed: z.number().int(),
      /** What is compared; null to take from the first pairs what this machine measures best. */
      measure: timingMeasureSchema.nullable(),
      /** The spans that are timed; without a name, none. */
      span: z.string().optional(),
    }),
    output: timingBatchSchema,
  },
  /** A tree with a change that an experiment asks for: a commit with some of its hunks alone, or the working copy with a patch. */
  makeVariant: {
    input: z.object({
      /** The hypothesis that it is for or against. */
      id: z.string(),
      todayTree: z.string(),
      /** What is timed, which no patch may change. */
      oracle: oracleSchema,
      change: variantSchema,
    }),
    output: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('made'), tree: z.string() }),
      z.object({ kind: z.literal('refused'), why: z.string() }),
    ]),
  },
  /** CPU profiles of two commits, in turns; one list of functions for each run. Empty where no process of Node ran. */
  profilePair: {
    input: z.object({
      oracle: oracleSchema,
      overlay: z.array(overlayFileSchema),
      todayTree: z.string(),
      before: historyCommitSchema,
      after: historyCommitSchema,
      runs: z.number().int().positive(),
      seed: z.number().int(),
    }),
    output: z.object({
      before: z.array(z.array(functionTimeSchema)),
      after: z.array(z.array(functionTimeSchema)),
      /** Why there are none; empty when there are. */
      message: z.string(),
    }),
  },
  /** What the failing test and passing ones run through, today: those of its own file, or those of files about the same code too. */
  coverTests: {
    input: z.object({ tree: z.string(), oracle: testOracleSchema, scope: z.enum(['own', 'related']) }),
    output: coverageSchema,
  },
  /**
   * Who changed the lines of these files last, and how often they changed together with the test. What did not change after `since`
   * may be said to be of any commit that `since` has.
   */
  readChanges: {
    input: z.object({
      tree: z.string(),
      paths: z.array(z.string()),
      testFile: z.string(),
      since: z.string().nullable(),
    }),
    output: z.object({ files: z.array(fileChangesSchema) }),
  },
  /** How the rules that speak of a file fared in its history. */
  readDrift: {
    input: z.object({ tree: z.string(), file: z.string(), rule: z.string().nullable() }),
    output: fileDriftSchema,
  },
  /** What an investigation knows so far; nothing but the record of it. */
  noteOutcome: { input: z.object({ outcome: investigationOutcomeSchema }), output: z.object({}) },
  /** What a policy thinks of the cause, as it said it; and for each hypothesis whether there is such a file. */
  hypothesise: {
    input: questionOf('hypotheses'),
    output: z.object({ answer: hypothesesSchema, isPlaceKnown: z.array(z.boolean()), reply: policyReplySchema }),
  },
  /** What a sceptic holds against the leading hypothesis. */
  doubt: { input: questionOf('doubt'), output: z.object({ answer: doubtSchema, reply: policyReplySchema }) },
  /** The runs of one experiment, in worktrees of their own; `refused` says why there were none. */
  experiment: {
    input: z.object({
      /** The hypothesis that it is for, or `doubt`. */
      id: z.string(),
      todayTree: z.string(),
      runs: z.array(experimentRunSchema).min(1).max(2),
    }),
    output: z.object({ refused: z.string().nullable(), results: z.array(experimentResultSchema) }),
  },
  /** Writes a report into `.ratchet/reports/`. */
  writeReport: {
    input: z.object({ text: z.string() }),
    output: z.object({ path: z.string() }),
  },
} as const;

export type ActivityName = keyof typeof activitySchemas;
/** Those that an investigation alone asks for. */
export type InvestigationActivity =
  | 'findOracle'
  | 'readHistory'
  | 'probe'
  | 'readHunks'
  | 'timePairs'
  | 'profilePair'
  | 'makeVariant'
  | 'coverTests'
  | 'readChanges'
  | 'readDrift'
  | 'noteOutcome'
  | 'hypothesise'
  | 'doubt'
  | 'experiment'
  | 'writeReport';
export const activityNames = Object.keys(activitySchemas) as ActivityName[];
export type ActivityInput<N extends ActivityName> = z.infer<(typeof activitySchemas)[N]['input']>;
export type ActivityOutput<N extends ActivityName> = z.infer<(typeof activitySchemas)[N]['output']>;
