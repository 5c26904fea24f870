// Experiments of a slowdown as data: two trees that are timed against each other in turns. The same form of hypotheses and doubts as
// of a failure, with other actions; an experiment never holds a command, and never says how often or by what it is timed.
import * as z from 'zod';
import { doubtSchema, hypothesesSchema, hypothesisSchema } from './hypotheses.ts';

const expectsLess = z
  .enum(['faster', 'same'])
  .describe('faster: it takes less time then; same: no difference that would explain the slowdown.');

export const timedExperimentSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('revertHunks').describe('Times the culprit without some of its hunks against the culprit.'),
    hunks: z.array(z.string()).describe('Ids of hunks of the culprit; none: all of them.'),
    expects: expectsLess,
  }),
  z.strictObject({
    action: z.literal('compareTrees').describe('Times two commits against each other.'),
    before: z.string().describe('today, culprit, before (what the culprit changed), or the id of a commit.'),
    after: z.string().describe('As `before`; another one.'),
    expects: z.enum(['slower', 'faster', 'same']).describe('What `after` is, beside `before`.'),
  }),
  z.strictObject({
    action: z.literal('tryPatch').describe('Times the working copy with a patch against the working copy.'),
    patch: z.string().describe('A unified diff against the working copy that changes files of code, and no test.'),
    expects: expectsLess,
  }),
]);
export type TimedExperiment = z.infer<typeof timedExperimentSchema>;

/** Told to a provider; whatever comes is taken, and refused by itself where it is no experiment. */
const { $schema: _, ...toldSchema } = z.toJSONSchema(timedExperimentSchema, { io: 'input' });

/** As those of a failure, but for the experiments that are told. */
export const slowdownHypothesesSchema = hypothesesSchema.extend({
  hypotheses: z.array(hypothesisSchema.extend({ experiment: z.unknown().meta(toldSchema) })),
});
export const slowdownDoubtSchema = doubtSchema.extend({
  experiment: z.unknown().meta({ anyOf: [toldSchema, { type: 'null' }] }),
});
