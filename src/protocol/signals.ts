// What a person says to a run. A signal is written to the journal before it takes effect.
import * as z from 'zod';
import { planSchema } from './plan.ts';

export const signalSchemas = {
  /** With `plan`, the person's edited version is what is approved. */
  approvePlan: z.object({ plan: planSchema.nullable() }),
  revisePlan: z.object({ comment: z.string().min(1) }),
  rejectPlan: z.object({ reason: z.string() }),
  decideHunks: z.object({ accept: z.array(z.string()), reject: z.array(z.string()) }),
  /** An answer to a hunk in words: the policy tries again and a new proposal replaces what is still pending. */
  replyToHunk: z.object({ hunkId: z.string(), comment: z.string().min(1) }),
  /** Ends the review; hunks that are still pending count as rejected. */
  finishReview: z.object({}),
  /** A word from the person while the policy works: it reads it before its next answer. In a review, it is about all of it. */
  comment: z.object({ text: z.string().min(1) }),
  /** In a review: plays this step and those after it again, from where it began, with these instructions. */
  redoStep: z.object({ stepId: z.string(), instructions: z.string().min(1) }),
  /** Nothing new is begun until `continue`; what is under way ends by itself. */
  pause: z.object({}),
  continue: z.object({}),
  cancel: z.object({ reason: z.string() }),
} as const;

export type SignalName = keyof typeof signalSchemas;
export const signalNames = Object.keys(signalSchemas) as SignalName[];
export type SignalPayload<N extends SignalName> = z.infer<(typeof signalSchemas)[N]>;
export type RunSignal = { [N in SignalName]: { readonly name: N; readonly payload: SignalPayload<N> } }[SignalName];

export const runSignalSchema = z.discriminatedUnion('name', [
  z.object({ name: z.literal('approvePlan'), payload: signalSchemas.approvePlan }),
  z.object({ name: z.literal('revisePlan'), payload: signalSchemas.revisePlan }),
  z.object({ name: z.literal('rejectPlan'), payload: signalSchemas.rejectPlan }),
  z.object({ name: z.literal('decideHunks'), payload: signalSchemas.decideHunks }),
  z.object({ name: z.literal('replyToHunk'), payload: signalSchemas.replyToHunk }),
  z.object({ name: z.literal('finishReview'), payload: signalSchemas.finishReview }),
  z.object({ name: z.literal('comment'), payload: signalSchemas.comment }),
  z.object({ name: z.literal('redoStep'), payload: signalSchemas.redoStep }),
  z.object({ name: z.literal('pause'), payload: signalSchemas.pause }),
  z.object({ name: z.literal('continue'), payload: signalSchemas.continue }),
  z.object({ name: z.literal('cancel'), payload: signalSchemas.cancel }),
]);
