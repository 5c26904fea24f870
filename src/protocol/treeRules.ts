// The kinds of invariant rules that read more than code: files, metric, data and command.
import * as z from 'zod';
import { except, globs, regexSchema, ruleBase, ruleFiles } from './ruleBase.ts';

/** Which files there are, and which change together. */
export const filesRuleSchema = z
  .strictObject({
    kind: z.literal('files'),
    ...ruleBase,
    mustExist: globs.optional().describe('Globs that must match a file each.'),
    mustNotExist: globs.optional().describe('Globs that may match no file.'),
    except,
    each: z
      .strictObject({
        files: globs,
        needs: globs.describe('Paths that must exist beside it, with {dir}, {name} (without extension) and {ext}.'),
      })
      .optional()
      .describe('Every file of `files` needs a companion.'),
    together: z
      .strictObject({ when: globs, needs: globs })
      .optional()
      .describe('A change of a file of `when` needs a change of a file of `needs`.'),
  })
  .refine((rule) => [rule.mustExist, rule.mustNotExist, rule.each, rule.together].some((part) => part !== undefined), {
    error: 'a files rule has `mustExist`, `mustNotExist`, `each` or `together`',
  });
export type FilesRule = z.infer<typeof filesRuleSchema>;

export const measureSchema = z.union([
  z.enum(['lines', 'functions', 'imports']),
  z.strictObject({ regex: regexSchema }).describe('How often a regular expression matches.'),
  z.strictObject({ selector: z.string().min(1) }).describe('How many nodes an esquery selector matches.'),
]);
export type Measure = z.infer<typeof measureSchema>;

/** A number that may not get worse than it is in the base, and may not pass a limit. */
export const metricRuleSchema = z.strictObject({
  kind: z.literal('metric'),
  ...ruleBase,
  files: ruleFiles,
  except,
  measure: measureSchema.describe('What is counted.'),
  per: z.enum(['file', 'folder', 'repository']).default('file'),
  better: z.enum(['lower', 'higher']).default('lower'),
  ratchet: z.boolean().default(true).describe('Whether the number is compared with the base.'),
  max: z.number().optional().describe('More is a violation, whatever the base says.'),
  min: z.number().optional().describe('Less is a violation, whatever the base says.'),
});
export type MetricRule = z.infer<typeof metricRuleSchema>;

export const dataFormats = ['yaml', 'json', 'toml', 'hcl', 'sql', 'dockerfile', 'env', 'text', 'script'] as const;

/** Where values come from: a JSONPath over data, a selector over code, or the first group of a regular expression. */
export const dataSourceSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a lower camel name'),
    files: ruleFiles,
    except,
    format: z.enum(dataFormats).optional().describe('How files are read; by their name without it.'),
    query: z.string().optional().describe('JSONPath (RFC 9535): $.services.*.image. ~ gives keys: $.services.~.'),
    selector: z.string().optional().describe('An esquery selector; the value is the text of the node or its string.'),
    regex: regexSchema.optional().describe('The value is the first group, or the whole match.'),
    keep: regexSchema.optional().describe('Only values that match; the first group, if any, becomes the value.'),
    optional: z.boolean().default(false).describe('Without it, a source that matches no file proves nothing.'),
  })
  .refine(({ query, selector, regex }) => [query, selector, regex].filter((one) => one !== undefined).length === 1, {
    error: 'a source has one of `query`, `selector` and `regex`',
  });
export type DataSource = z.infer<typeof dataSourceSchema>;

const sourceName = z.string().min(1);
export const dataAssertionSchema = z.union([
  z.strictObject({ none: sourceName }).describe('The source gives no value.'),
  z.strictObject({ some: sourceName }).describe('The source gives a value.'),
  z.strictObject({ every: sourceName, in: sourceName }).describe('Every value of the one is a value of the other.'),
  z.strictObject({ every: sourceName, notIn: sourceName }).describe('No value of the one is a value of the other.'),
  z.strictObject({ every: sourceName, matches: regexSchema }).describe('Every value matches.'),
  z.strictObject({ every: sourceName, oneOf: z.array(z.string()).min(1) }).describe('Every value is one of these.'),
  z.strictObject({ unique: sourceName }).describe('No value occurs twice.'),
]);
export type DataAssertion = z.infer<typeof dataAssertionSchema>;

/** Values of configuration, infrastructure, SQL and code, and what must hold between them. */
export const dataRuleSchema = z
  .strictObject({
    kind: z.literal('data'),
    ...ruleBase,
    sources: z.array(dataSourceSchema).min(1),
    assert: z.array(dataAssertionSchema).min(1),
  })
  .refine(
    ({ sources, assert }) => {
      const names = new Set(sources.map(({ name }) => name));
      return assert.every((one) =>
        Object.entries(one).every(([key, value]) => key === 'matches' || typeof value !== 'string' || names.has(value)),
      );
    },
    { error: 'an assertion names a source that is not there' },
  )
  .refine(({ sources }) => new Set(sources.map(({ name }) => name)).size === sources.length, {
    error: 'two sources have the same name',
  });
export type DataRule = z.infer<typeof dataRuleSchema>;

/** A command of the project that judges. It runs only where the configuration of the base lists it. */
export const commandRuleSchema = z.strictObject({
  kind: z.literal('command'),
  ...ruleBase,
  command: z
    .string()
    .min(1)
    .describe('The line for the shell, as `invariants.commands` of the configuration lists it.'),
  result: z
    .enum(['exit', 'sarif', 'junit'])
    .default('exit')
    .describe('exit: 0 is fine; sarif, junit: every result is a violation of its own.'),
  report: z.string().optional().describe('The file the command writes; standard output without it.'),
  timeoutSeconds: z.number().positive().max(3600).default(120),
  memoryMegabytes: z.number().positive().default(4096),
});
export type CommandRule = z.infer<typeof commandRuleSchema>;
