// Claude's tools are exactly the gym's actions: names, descriptions and input schemas for a model.
import * as z from 'zod';
import {
  applyPatchInputSchema,
  checkGatesInputSchema,
  finishInputSchema,
  runTestsInputSchema,
  searchCodeInputSchema,
  type ToolName,
  textEditorFlatInputSchema,
  toolDescriptions,
} from '../protocol/gym.ts';

export interface ToolDefinition {
  readonly name: ToolName;
  readonly description: string;
  /** JSON schema of the input; null for Anthropic's own text editor tool, whose schema the model knows. */
  readonly inputSchema: Record<string, unknown> | null;
}

const schemaOf = (schema: z.ZodType): Record<string, unknown> => z.toJSONSchema(schema, { io: 'input' });

export const toolDefinitions: readonly ToolDefinition[] = [
  {
    name: 'str_replace_based_edit_tool',
    description: toolDescriptions.str_replace_based_edit_tool,
    inputSchema: null,
  },
  {
    name: 'apply_patch',
    description: toolDescriptions.apply_patch,
    inputSchema: schemaOf(applyPatchInputSchema),
  },
  {
    name: 'search_code',
    description: toolDescriptions.search_code,
    inputSchema: schemaOf(searchCodeInputSchema),
  },
  {
    name: 'run_tests',
    description: toolDescriptions.run_tests,
    inputSchema: schemaOf(runTestsInputSchema),
  },
  {
    name: 'check_gates',
    description: toolDescriptions.check_gates,
    inputSchema: schemaOf(checkGatesInputSchema),
  },
  {
    name: 'finish',
    description: toolDescriptions.finish,
    inputSchema: schemaOf(finishInputSchema),
  },
];

/** The same with every tool's input as a plain object, for models that do not know Anthropic's own tool. */
export const flatToolDefinitions: readonly (ToolDefinition & { readonly inputSchema: Record<string, unknown> })[] =
  toolDefinitions.map((tool) => ({ ...tool, inputSchema: tool.inputSchema ?? schemaOf(textEditorFlatInputSchema) }));
