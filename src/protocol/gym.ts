// The gym's actions, observations and steps, with Gymnasium's meaning of the words.
import * as z from 'zod';
import { testReportSchema } from './testReport.ts';
import { verdictSchema } from './verdict.ts';

export const toolNames = [
  'str_replace_based_edit_tool',
  'apply_patch',
  'search_code',
  'run_tests',
  'check_gates',
  'finish',
] as const;
export type ToolName = (typeof toolNames)[number];

/** What each tool is for, in the words that a model reads. */
export const toolDescriptions: Readonly<Record<ToolName, string>> = {
  str_replace_based_edit_tool: 'View, create and edit files of the repository.',
  apply_patch: 'Apply a unified diff to one or several files, whole or not at all.',
  search_code: 'Search the files of the repository for text or an expression.',
  run_tests: "Run the project's tests, all of them or only some files.",
  check_gates: 'Judge the change as it is now by every gate.',
  finish: 'Say that the step is done. The gates then judge it.',
};

/** A tool call as the policy made it. `input` is hostile until the tool's own schema has parsed it. */
export const toolCallSchema = z.object({ id: z.string(), name: z.string(), input: z.unknown() });
export type ToolCall = z.infer<typeof toolCallSchema>;

/** Anthropic's text editor tool, `text_editor_20250728`. Paths are relative to the repository's root. */
export const textEditorInputSchema = z.discriminatedUnion('command', [
  z.object({
    command: z.literal('view'),
    path: z.string(),
    view_range: z.tuple([z.number().int(), z.number().int()]).optional(),
  }),
  z.object({ command: z.literal('create'), path: z.string(), file_text: z.string() }),
  z.object({
    command: z.literal('str_replace'),
    path: z.string(),
    old_str: z.string(),
    new_str: z.string().default(''),
  }),
  z.object({
    command: z.literal('insert'),
    path: z.string(),
    insert_line: z.number().int().nonnegative(),
    insert_text: z.string(),
  }),
]);
export type TextEditorInput = z.infer<typeof textEditorInputSchema>;

/** The same as one object, for doors that can only show objects. The tool itself parses the stricter form. */
export const textEditorFlatInputSchema = z.looseObject({
  command: z.enum(['view', 'create', 'str_replace', 'insert']),
  path: z.string().describe("Relative to the repository's root."),
  view_range: z.array(z.number().int()).optional().describe('view: first and last line, from 1; -1 is the end.'),
  file_text: z.string().optional().describe('create: the whole file.'),
  old_str: z.string().optional().describe('str_replace: the text to replace; it must be there once.'),
  new_str: z.string().optional().describe('str_replace: what comes in its place.'),
  insert_line: z.number().int().optional().describe('insert: the line after which to insert; 0 is the beginning.'),
  insert_text: z.string().optional().describe('insert: the text.'),
});

export const applyPatchInputSchema = z.object({
  patch: z.string().min(1).describe('A unified diff; it may name several files, and is applied whole or not at all.'),
});
export const searchCodeInputSchema = z.object({
  query: z.string().min(1).describe('Text or regular expression to look for.'),
  regex: z.boolean().default(false),
  glob: z.string().optional().describe('Only files that match, for instance src/**/*.ts.'),
  maxResults: z.number().int().positive().max(200).default(50),
});
export const runTestsInputSchema = z.object({
  files: z.array(z.string()).default([]).describe('Only these test files; none means all.'),
});
export const checkGatesInputSchema = z.object({});
export const finishInputSchema = z.object({
  summary: z.string().default(''),
  outside: z
    .array(z.object({ path: z.string(), reason: z.string() }))
    .default([])
    .describe("For each changed file that is not in the step's list: why the step needs it."),
});

/** What the policy sees after an action. An action's error is an observation, never an exception. */
export const observationSchema = z.object({ content: z.string(), isError: z.boolean() });
export type Observation = z.infer<typeof observationSchema>;

export const stepInfoSchema = z.object({
  /** Git tree id of the worktree after the action: equal ids are equal trees. */
  tree: z.string(),
  changedPaths: z.array(z.string()),
  testReport: testReportSchema.optional(),
  verdicts: z.array(verdictSchema).optional(),
});

/**
 * One step. `reward` is 1 when `finish` was called and every required gate passed, otherwise 0; it is measured by the
 * gates alone. `terminated`: the policy called `finish`. `truncated`: a limit of the environment ended the episode.
 */
export const stepResultSchema = z.object({
  observation: observationSchema,
  reward: z.number(),
  terminated: z.boolean(),
  truncated: z.boolean(),
  info: stepInfoSchema,
});
export type StepResult = z.infer<typeof stepResultSchema>;
