// The kinds of invariant rules that read code: imports, calls, select and pattern.
import * as z from 'zod';
import { except, fixSchema, globs, ruleBase, ruleFiles } from './ruleBase.ts';

export const importForms = ['static', 'type', 'reExport', 'dynamic', 'require', 'importType', 'mock', 'url'] as const;
export const importFormSchema = z.enum(importForms);
export type ImportForm = z.infer<typeof importFormSchema>;

/**
 * Who may import whom. A target is a path glob (`src/gym/**`), `npm:NAME` (`npm:*` for every package) or
 * `node:NAME` (`node:*` for every built-in). With `allow`, everything else is forbidden; `forbid` wins over `allow`.
 * Imports inside the file's own folder are not special: allow them.
 */
export const importsRuleSchema = z.strictObject({
  kind: z.literal('imports'),
  ...ruleBase,
  from: ruleFiles,
  except,
  allow: globs.optional().describe('Everything else is forbidden.'),
  forbid: globs.optional().describe('Forbidden, whatever `allow` says.'),
  allowTypes: globs.optional().describe('Targets that may be imported by `import type` in addition to `allow`.'),
  cycles: z.boolean().default(false).describe('With true, the files of `from` may not import each other in a circle.'),
  reaches: globs.optional().describe('Targets that may not be reached through any chain of imports.'),
  through: z
    .enum(['all', 'values'])
    .default('all')
    .describe('What chains and circles are made of: all imports, or those that are not types alone.'),
  forms: z.array(importFormSchema).min(1).optional().describe('The forms of import that count; all without it.'),
});
export type ImportsRule = z.infer<typeof importsRuleSchema>;

/**
 * What may not be called. With `module`, an export of it: `names` are dotted paths from the export on (`readFile`,
 * `prisma.*.create`, `default.query`; `*` is one name, `**` any number). With `global`, a dotted path from a global
 * name. With `member`, a method of that name on whatever object, narrowed by `on`.
 */
export const callTargetSchema = z
  .strictObject({
    module: z.string().optional().describe('A path glob, npm:NAME or node:NAME.'),
    names: globs.optional().describe('Exports of the module, as dotted paths; all without it.'),
    global: globs.optional().describe('Dotted paths from a global name: console.*, fetch.'),
    member: globs.optional().describe('Names of methods, whatever object they are called on.'),
    on: globs.optional().describe('With `member`: dotted names of the object, for instance prisma.*.'),
  })
  .refine(({ module, global, member }) => [module, global, member].filter((one) => one !== undefined).length === 1, {
    error: 'a target has one of `module`, `global` and `member`',
  })
  .refine(({ module, names }) => names === undefined || module !== undefined, { error: '`names` needs `module`' })
  .refine(({ member, on }) => on === undefined || member !== undefined, { error: '`on` needs `member`' });
export type CallTarget = z.infer<typeof callTargetSchema>;

/** An API that may not be called from these files, under whatever name it is called. */
export const callsRuleSchema = z.strictObject({
  kind: z.literal('calls'),
  ...ruleBase,
  files: ruleFiles,
  except: except.describe('Files that may call it.'),
  targets: z.array(callTargetSchema).min(1),
  wrappers: z
    .boolean()
    .default(true)
    .describe('Whether a function of another file that only hands its arguments on counts as the target.'),
  fix: fixSchema.optional(),
});
export type CallsRule = z.infer<typeof callsRuleSchema>;

const expect = z
  .enum(['none', 'some'])
  .default('none')
  .describe('none: there may be no match; some: every file must have one.');

/** Nodes of the syntax tree (ESTree) of JavaScript and TypeScript, by selectors of esquery. */
export const selectRuleSchema = z.strictObject({
  kind: z.literal('select'),
  ...ruleBase,
  files: ruleFiles,
  except,
  selector: z
    .union([z.string().min(1), globs])
    .describe('A selector as in ESLint, for instance CallExpression[callee.name="eval"]; or several.'),
  expect,
  fix: fixSchema.optional(),
});
export type SelectRule = z.infer<typeof selectRuleSchema>;

export const patternLanguages = [
  'ts',
  'tsx',
  'js',
  'html',
  'css',
  'python',
  'go',
  'rust',
  'java',
  'c',
  'cpp',
  'csharp',
  'ruby',
  'php',
  'lua',
  'bash',
  'powershell',
  'hcl',
  'json',
  'yaml',
] as const;

/** A pattern of ast-grep, or a rule object of ast-grep. */
export const patternRuleSchema = z
  .strictObject({
    kind: z.literal('pattern'),
    ...ruleBase,
    language: z.enum(patternLanguages).describe('How files are parsed.'),
    files: globs,
    except,
    pattern: z.string().optional(),
    rule: z.record(z.string(), z.unknown()).optional(),
    constraints: z.record(z.string(), z.unknown()).optional().describe("ast-grep's constraints of metavariables."),
    utils: z.record(z.string(), z.unknown()).optional().describe("ast-grep's utility rules."),
    expect,
    fix: fixSchema.optional(),
  })
  .refine(({ pattern, rule }) => (pattern === undefined) !== (rule === undefined), {
    error: 'a pattern rule has either `pattern` or `rule`',
  });
export type PatternRule = z.infer<typeof patternRuleSchema>;
