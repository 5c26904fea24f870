// `.ratchet/accepted.jsonl`: findings that a person has accepted, one JSON object a line, each with the reason.
import * as z from 'zod';

export const acceptancesPath = '.ratchet/accepted.jsonl';

/**
 * Gates whose findings can be right all the same. A failing test is mended or removed in the open, never accepted; a
 * violation of an invariant is tolerated by the baseline, which asks for a reason too.
 */
export const acceptableGates = ['integrity'] as const;

export const acceptanceSchema = z.strictObject({
  /** The finding's identity; it survives moves of lines. */
  fingerprint: z.string().min(8),
  gate: z.enum(acceptableGates),
  rule: z.string().min(1),
  path: z.string().nullable(),
  /** The first line of what the gate said, for readers of the file. */
  message: z.string(),
  reason: z.string().trim().min(10, 'a reason has at least ten characters'),
  /** Who accepted it, as git knows the person. */
  by: z.string().min(1),
  /** The day, in ISO 8601. */
  on: z.iso.date(),
});
export type Acceptance = z.infer<typeof acceptanceSchema>;

/** The file as it was read. */
export interface ReadAcceptances {
  readonly acceptances: readonly Acceptance[];
  /** Lines that are no acceptance. They excuse nothing, and are a finding. */
  readonly problems: readonly string[];
}
