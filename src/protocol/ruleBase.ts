// What every kind of invariant rule has: a name, a reason, examples that are its own tests, and where it came from.
import * as z from 'zod';
import { severitySchema } from './verdict.ts';

/** Texts of files by path. */
const filesSchema = z.record(z.string().min(1), z.string());

/** A small repository. `before` is what it was, for rules that compare; without it, nothing changed. */
export const exampleSchema = z.strictObject({
  note: z.string().optional().describe('What the example shows.'),
  files: filesSchema.describe('The files of the example, as path and text.'),
  before: filesSchema.optional().describe('The files before the change, for rules that compare with the base.'),
});
export type RuleExample = z.infer<typeof exampleSchema>;

/** The text that takes a violation's place: a code action offers it, nothing applies it unasked. */
export const fixSchema = z.strictObject({
  find: z
    .string()
    .optional()
    .describe('A regular expression within the match; without it the whole match is replaced.'),
  replace: z.string().describe('The replacement. $0 is what was found, $1 the first group, $NAME a metavariable.'),
});
export type RuleFix = z.infer<typeof fixSchema>;

export const ruleIdSchema = z
  .string()
  .regex(/^[a-z0-9]+(?:[-/.][a-z0-9]+)*$/, 'lower case words joined by - / or .')
  .describe('Unique over all files, for instance layers/protocol.');

export const ruleBase = {
  id: ruleIdSchema,
  message: z.string().min(1).describe('What is wrong and what to do instead.'),
  rationale: z.string().min(1).describe('Why the rule exists.'),
  severity: severitySchema.default('error'),
  valid: z.array(exampleSchema).default([]).describe('Repositories without a violation of this rule.'),
  invalid: z.array(exampleSchema).default([]).describe('Repositories with at least one violation of this rule.'),
  provenance: z.string().optional().describe('Where the rule comes from: a document, an incident, a commit.'),
};

export const globs = z.array(z.string().min(1)).min(1);
export const except = z.array(z.string()).default([]).describe('Files the rule leaves out.');
export const ruleFiles = globs.describe('The files the rule speaks of.');

/** A regular expression that compiles. */
export const regexSchema = z.string().min(1).refine(isRegex, { error: 'not a regular expression' });

function isRegex(source: string): boolean {
  try {
    return new RegExp(source, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
