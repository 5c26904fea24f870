// Invariant rules as YAML declares them. A file is `{ version: 1, rules: [...] }`.
import * as z from 'zod';
import { callsRuleSchema, importsRuleSchema, patternRuleSchema, selectRuleSchema } from './codeRules.ts';
import { ruleIdSchema } from './ruleBase.ts';
import { commandRuleSchema, dataRuleSchema, filesRuleSchema, metricRuleSchema } from './treeRules.ts';

export const invariantRuleSchema = z
  .discriminatedUnion('kind', [
    importsRuleSchema,
    callsRuleSchema,
    selectRuleSchema,
    patternRuleSchema,
    filesRuleSchema,
    metricRuleSchema,
    dataRuleSchema,
    commandRuleSchema,
  ])
  .refine(
    (rule) =>
      rule.kind !== 'imports' ||
      rule.allow !== undefined ||
      rule.forbid !== undefined ||
      rule.reaches !== undefined ||
      rule.cycles,
    { error: 'an imports rule has `allow`, `forbid`, `reaches` or `cycles: true`' },
  );
export type InvariantRule = z.infer<typeof invariantRuleSchema>;
export type RuleKind = InvariantRule['kind'];
export const ruleKinds = [
  'imports',
  'calls',
  'select',
  'pattern',
  'files',
  'metric',
  'data',
  'command',
] as const satisfies readonly RuleKind[];

/** A sentence of a contract: the rules that check it, or why no rule can. */
export const clauseSchema = z
  .strictObject({
    id: ruleIdSchema,
    text: z.string().min(1).describe('What the contract says.'),
    rules: z.array(ruleIdSchema).default([]).describe('The rules that check it.'),
    notCheckable: z.string().min(1).optional().describe('Why no rule can check it, or not all of it.'),
  })
  .refine(({ rules, notCheckable }) => rules.length > 0 || notCheckable !== undefined, {
    error: 'a clause has `rules`, or says in `notCheckable` why none can check it',
  });
export type Clause = z.infer<typeof clauseSchema>;

/**
 * `include` names other rule files of the repository, as globs from its top folder, and packs of Ratchet (`pack:ui-layer`).
 * `without` drops rules of what is included, by their ids.
 */
export const ruleFileSchema = z
  .strictObject({
    version: z.literal(1),
    include: z.array(z.string().min(1)).default([]),
    without: z.array(ruleIdSchema).default([]).describe('Rules of what is included that do not hold here.'),
    sgconfig: z.string().min(1).optional().describe("An sgconfig.yml of ast-grep, whose rule folders' rules hold too."),
    clauses: z.array(clauseSchema).default([]),
    rules: z.array(invariantRuleSchema).default([]),
  })
  .refine(
    ({ include, rules, clauses, sgconfig }) =>
      include.length + rules.length + clauses.length > 0 || sgconfig !== undefined,
    { error: 'a rule file has `rules`, `include`, `clauses` or `sgconfig`' },
  );
export type RuleFile = z.infer<typeof ruleFileSchema>;
