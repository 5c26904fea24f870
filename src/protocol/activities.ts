// The activities of the workflows: what each takes and gives. Recorded in the journal, so a change here is a new version.
import * as z from 'zod';
import { stepResultSchema, toolCallSchema } from './gym.ts';
import { perspectiveViewSchema, planSchema } from './plan.ts';
import { episodeSchema, policyReplySchema, questionSchema, repoContextSchema, turnSchema } from './policy.ts';
import { hunkOutcomeSchema, proposalSchema } from './proposal.ts';
import { gateNameSchema, verdictSchema } from './verdict.ts';

const questionOf = <K extends 'perspective' | 'synthesis'>(kind: K) =>
  questionSchema.refine((question) => question.kind === kind, { error: `expected a question of kind ${kind}` });

/** Where a judgement stands in the run: of a step's candidate, of the whole proposal, or of what was accepted. */
export const judgementPhaseSchema = z.enum(['step', 'proposal', 'accepted']);
export type JudgementPhase = z.infer<typeof judgementPhaseSchema>;

export const activitySchemas = {
  /** The working copy, unsaved and untracked files included, as a git tree. */
  takeSnapshot: { input: z.object({}), output: z.object({ tree: z.string() }) },
  gatherContext: { input: z.object({ tree: z.string(), feature: z.string() }), output: repoContextSchema },
  consider: {
    input: questionOf('perspective'),
    output: z.object({ view: perspectiveViewSchema, reply: policyReplySchema }),
  },
  synthesise: { input: questionOf('synthesis'), output: z.object({ plan: planSchema, reply: policyReplySchema }) },
  nextTurn: { input: episodeSchema, output: z.object({ turn: turnSchema, reply: policyReplySchema }) },
  /** One action in the gym, on the worktree as `tree` has it. */
  stepGym: {
    input: z.object({ stepId: z.string(), baseTree: z.string(), tree: z.string(), call: toolCallSchema }),
    output: stepResultSchema,
  },
  judge: {
    input: z.object({
      phase: judgementPhaseSchema,
      stepId: z.string().nullable(),
      baseTree: z.string(),
      candidateTree: z.string(),
      gates: z.array(gateNameSchema),
    }),
    output: z.object({ verdicts: z.array(verdictSchema) }),
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
    input: z.object({ plan: planSchema, accepted: z.number(), rejected: z.number(), verdicts: z.array(verdictSchema) }),
    output: z.object({ paths: z.array(z.string()) }),
  },
} as const;

export type ActivityName = keyof typeof activitySchemas;
export const activityNames = Object.keys(activitySchemas) as ActivityName[];
export type ActivityInput<N extends ActivityName> = z.infer<(typeof activitySchemas)[N]['input']>;
export type ActivityOutput<N extends ActivityName> = z.infer<(typeof activitySchemas)[N]['output']>;
