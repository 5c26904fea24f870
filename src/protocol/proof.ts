// What tests must show of a change beyond passing: that a symptom is gone with it, or that a new test catches a regression.
import * as z from 'zod';
import { historyCommitSchema, oracleSchema } from './investigation.ts';

export const proofSchema = z.discriminatedUnion('kind', [
  /** The oracle fails before the change and passes with it; `files` of it are those of before, whatever the change makes of them. */
  z.object({ kind: z.literal('fix'), oracle: oracleSchema, files: z.array(z.string()) }),
  /** Only tests change; new ones fail with these hunks of the commit, and pass without them. */
  z.object({ kind: z.literal('regressionTest'), commit: historyCommitSchema, hunkIds: z.array(z.string()).min(1) }),
]);
export type Proof = z.infer<typeof proofSchema>;

/** For a question: the journal of a run without a proof has no such key. */
export const proofOf = ({ proof }: { readonly proof?: Proof | undefined }): { readonly proof?: Proof } =>
  proof === undefined ? {} : { proof };
