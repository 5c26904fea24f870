// Invariant rules as YAML declares them. A file is `{ version: 1, rules: [...] }`.
import * as z from 'zod';
import { severitySchema } from './verdict.ts';

const ruleBase = {
  id: z
    .string()
    .regex(/^[a-z0-9]+(?:[-/.][a-z0-9]+)*$/, 'lower case words joined by - / or .')
    .describe('Unique over all files, for instance layers/protocol.'),
  message: z.string().min(1).describe('What is wrong and what to do instead.'),
  rationale: z.string().min(1).describe('Why the rule exists.'),
  severity: severitySchema.default('error'),
};
const globs = z.array(z.string().min(1)).min(1);

/**
 * Who may import whom. A target is a path glob (`src/gym/**`), `npm:NAME` (`npm:*` for every package) or
 * `node:NAME` (`node:*` for every built-in). With `allow`, everything else is forbidden; `forbid` wins over `allow`.
 * Imports inside the file's own folder are not special: allow them.
 */
export const importsRuleSchema = z.strictObject({
  kind: z.literal('imports'),
  ...ruleBase,
  from: globs.describe('The files the rule speaks of.'),
  except: z.array(z.string()).default([]).describe('Files the rule leaves out.'),
  allow: globs.optional(),
  forbid: globs.optional(),
  allowTypes: globs.optional().describe('Targets that may be imported by `import type` in addition to `allow`.'),
  cycles: z.boolean().default(false).describe('With true, the files of `from` may not import each other in a circle.'),
});
export type ImportsRule = z.infer<typeof importsRuleSchema>;

/** A pattern of ast-grep that may not occur, or, with `rule`, a rule object of ast-grep. */
export const patternRuleSchema = z.strictObject({
  kind: z.literal('pattern'),
  ...ruleBase,
  language: z.enum(['ts', 'tsx', 'js', 'html', 'css']).describe('How files are parsed.'),
  files: globs,
  except: z.array(z.string()).default([]),
  pattern: z.string().optional(),
  rule: z.record(z.string(), z.unknown()).optional(),
});
export type PatternRule = z.infer<typeof patternRuleSchema>;

export const invariantRuleSchema = z
  .discriminatedUnion('kind', [importsRuleSchema, patternRuleSchema])
  .refine((rule) => rule.kind !== 'pattern' || (rule.pattern === undefined) !== (rule.rule === undefined), {
    error: 'a pattern rule has either `pattern` or `rule`',
  })
  .refine((rule) => rule.kind !== 'imports' || rule.allow !== undefined || rule.forbid !== undefined || rule.cycles, {
    error: 'an imports rule has `allow`, `forbid` or `cycles: true`',
  });
export type InvariantRule = z.infer<typeof invariantRuleSchema>;

/** `include` names other rule files of the repository, as globs from its top folder. */
export const ruleFileSchema = z
  .strictObject({
    version: z.literal(1),
    include: z.array(z.string().min(1)).default([]),
    rules: z.array(invariantRuleSchema).default([]),
  })
  .refine(({ include, rules }) => include.length + rules.length > 0, { error: 'a rule file has `rules` or `include`' });
export type RuleFile = z.infer<typeof ruleFileSchema>;
