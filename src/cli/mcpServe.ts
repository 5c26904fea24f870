// `ratchet mcp`: the gym's actions as tools of the Model Context Protocol, over standard input and output.
import { type CallToolResult, McpServer, type StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { GymDoor } from '../host/api.ts';
import {
  applyPatchInputSchema,
  checkGatesInputSchema,
  finishInputSchema,
  runTestsInputSchema,
  searchCodeInputSchema,
  type ToolName,
  textEditorFlatInputSchema,
  toolDescriptions,
  toolNames,
} from '../protocol/gym.ts';
import { gymTaskSchema } from '../protocol/gymDoor.ts';
import { note } from './output.ts';

const inputSchemas: Readonly<Record<ToolName, StandardSchemaWithJSON>> = {
  str_replace_based_edit_tool: textEditorFlatInputSchema,
  apply_patch: applyPatchInputSchema,
  search_code: searchCodeInputSchema,
  run_tests: runTestsInputSchema,
  check_gates: checkGatesInputSchema,
  finish: finishInputSchema,
};
const readOnly: readonly ToolName[] = ['search_code', 'check_gates'];

/** Serves until the client goes away or the process is told to stop; what is under way is then cancelled. */
export async function serveMcp(door: GymDoor, version: string, abort: AbortController): Promise<void> {
  // A client may ask for several things at once; the worktree is one.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = async <T>(act: () => Promise<T>): Promise<T> => {
    const mine = last.then(act, act);
    last = mine;
    return await mine;
  };
  const makeServer = (): McpServer => {
    const server = new McpServer({ name: 'ratchet-gym', version }, { capabilities: { tools: {} } });
    server.registerTool(
      'reset',
      {
        description: 'Begin an episode in a worktree of its own; call it first. The working copy is never touched.',
        inputSchema: gymTaskSchema,
      },
      async (task) => await inTurn(async () => await reset(door, task)),
    );
    for (const name of toolNames)
      server.registerTool(
        name,
        {
          description: toolDescriptions[name],
          inputSchema: inputSchemas[name],
          annotations: { readOnlyHint: readOnly.includes(name), openWorldHint: false },
        },
        async (input) => await inTurn(async () => await step(door, name, input)),
      );
    return server;
  };
  const transport = new StdioServerTransport();
  const handle = serveStdio(makeServer, { transport, onerror: ({ message }) => note(`ratchet: ${message}`) });
  await new Promise<void>((done) => {
    process.stdin.once('end', done);
    process.stdin.once('close', done);
    abort.signal.addEventListener('abort', () => done(), { once: true });
  });
  abort.abort();
  await handle.close();
  await last.catch(() => undefined);
}

async function reset(door: GymDoor, task: Parameters<GymDoor['reset']>[0]): Promise<CallToolResult> {
  const begun = await door.reset(task);
  if (!begun.ok) return refused(begun.failure.message);
  const { observation, info } = begun.value;
  return { content: [{ type: 'text', text: observation.content }], structuredContent: { ...info } };
}

async function step(door: GymDoor, name: string, input: unknown): Promise<CallToolResult> {
  const stepped = await door.step({ name, input });
  if (!stepped.ok) return refused(stepped.failure.message);
  const { observation, reward, terminated, truncated, info } = stepped.value;
  return {
    content: [{ type: 'text', text: observation.content }],
    structuredContent: { reward, terminated, truncated, tree: info.tree, changedPaths: info.changedPaths },
    isError: observation.isError,
  };
}

const refused = (text: string): CallToolResult => ({ content: [{ type: 'text', text }], isError: true });
