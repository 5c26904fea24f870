// Claude's tools are exactly the gym's actions: names, descriptions and input schemas for a model.
import * as z from 'zod';
import {
  checkGatesInputSchema,
  finishInputSchema,
  runTestsInputSchema,
  searchCodeInputSchema,
  type ToolName,
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
    description: 'View, create and edit files of the repository.',
    inputSchema: null,
  },
  {
    name: 'search_code',
    description: 'Search the files of the repository for text or an expression.',
    inputSchema: schemaOf(searchCodeInputSchema),
  },
  {
    name: 'run_tests',
    description: "Run the project's tests, all of them or only some files.",
    inputSchema: schemaOf(runTestsInputSchema),
  },
  {
    name: 'check_gates',
    description: 'Judge the change as it is now by every gate.',
    inputSchema: schemaOf(checkGatesInputSchema),
  },
  {
    name: 'finish',
    description: 'Say that the step is done. The gates then judge it.',
    inputSchema: schemaOf(finishInputSchema),
  },
];
