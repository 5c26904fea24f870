// What goes through the gym's door: JSON-RPC 2.0 (https://www.jsonrpc.org/specification), one message a line.
import * as z from 'zod';
import { observationSchema, stepInfoSchema } from './gym.ts';

/** Bytes of one line. A longer one is refused, and not kept. */
export const maxMessageBytes = 8 * 1024 * 1024;

export const rpcErrorCodes = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  /** `step` without an episode: before the first `reset`, or after one that ended. */
  noEpisode: -32001,
  /** The task cannot be set up: an unknown revision, a configuration with mistakes, a `prepare` command that fails. */
  resetFailed: -32002,
} as const;

export const rpcIdSchema = z.union([z.string(), z.number(), z.null()]);
export type RpcId = z.infer<typeof rpcIdSchema>;

/** A message without an id is a notification, and gets no answer. */
export const rpcRequestSchema = z.object({
  jsonrpc: z.literal('2.0'),
  id: rpcIdSchema.optional(),
  method: z.string(),
  params: z.unknown().optional(),
});

export const gymTaskSchema = z.strictObject({
  base: z
    .string()
    .min(1)
    .optional()
    .describe('A git revision. Without it, the episode starts from the working copy as it is, unsaved to git or not.'),
  goal: z.string().optional().describe('What the episode is for, in words; it comes back in the first observation.'),
});
export type GymTask = z.infer<typeof gymTaskSchema>;

/** `seed` is taken as Gymnasium has it. The environment draws no random number, so every seed gives the same episode. */
export const resetParamsSchema = z
  .strictObject({ seed: z.number().int().optional(), task: gymTaskSchema.optional() })
  .default({});

/** An action is a tool call of Claude, verbatim. Its input is parsed by the tool. */
export const stepParamsSchema = z.strictObject({
  action: z.strictObject({ name: z.string(), input: z.unknown().optional() }),
});

export const resetResultSchema = z.object({
  observation: observationSchema,
  info: stepInfoSchema.pick({ tree: true, changedPaths: true }),
});
export type ResetResult = z.infer<typeof resetResultSchema>;
