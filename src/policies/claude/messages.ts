// Requests to the Messages API, built from data alone: the same episode always gives the same bytes, and a longer one
// begins with the bytes of the shorter one, so that the prefix (tools, system, task, history) is reused from turn to turn.
import type { Episode, Turn } from '../../protocol/policy.ts';
import { type Layout, shownInput, shownResult } from '../layouts.ts';
import type { Prompt } from '../prompts/prompt.ts';
import { commentText, nudge } from '../prompts/replies.ts';
import { toolDefinitions } from '../tools.ts';
import type { Body, ContentBlockParam } from './client.ts';

type Messages = Body['messages'];
type Tools = NonNullable<Body['tools']>;

const ephemeral = { type: 'ephemeral' as const };

export const systemBlocks = ({ system }: Prompt) => [{ type: 'text' as const, text: system, cache_control: ephemeral }];

export const tools: Tools = toolDefinitions.map((tool) =>
  tool.inputSchema === null
    ? { type: 'text_editor_20250728' as const, name: 'str_replace_based_edit_tool' as const }
    : {
        name: tool.name,
        description: tool.description,
        input_schema: { ...tool.inputSchema, type: 'object' as const },
      },
);

/** The first message. The end of what is shared with other requests is marked for the cache, and its own end if asked. */
export function firstMessage({ shared, own }: Prompt, isMarked: boolean): Messages[number] {
  const parts = shared === '' ? [] : [{ type: 'text' as const, text: shared, cache_control: ephemeral }];
  return { role: 'user', content: [...parts, { type: 'text', text: own, ...marked(isMarked) }] };
}

/**
 * Of four marks that the API allows, one is at the end of the system text (with the tools), one at the end of what is
 * shared, and two move: the end of the conversation, and the end of what the request before already had.
 */
export function episodeMessages(episode: Episode, prompt: Prompt, layout: Layout, thinkingOf: string | null): Messages {
  const { history } = episode;
  const messages: Messages = [firstMessage(prompt, history.length < 2)];
  history.forEach(({ turn, results, comment }, index) => {
    const shown = (input: unknown) => shownInput(input, index, layout);
    messages.push({ role: 'assistant', content: assistantContent(turn, thinkingOf, shown) });
    const answers = results.map(({ toolCallId, content, isError }) => ({
      type: 'tool_result' as const,
      tool_use_id: toolCallId,
      is_error: isError,
      content: shownResult(content, index, layout),
    }));
    const nudged = answers.length === 0 ? [{ type: 'text' as const, text: nudge(turn.stopReason) }] : [];
    const heard = comment === undefined ? [] : [{ type: 'text' as const, text: commentText(comment) }];
    const content = [...answers, ...nudged, ...heard];
    const isMarked = index >= history.length - 2;
    messages.push({
      role: 'user',
      content: content.map((block, at) => ({ ...block, ...marked(isMarked && at === content.length - 1) })),
    });
  });
  return messages;
}

/**
 * What the model said, in the form in which it is sent back. Signed thinking goes back to the model that it is of, and holds
 * only behind an unchanged beginning; null sends none.
 */
export function assistantContent(
  turn: Turn,
  thinkingOf: string | null,
  shown: (input: unknown) => Record<string, unknown>,
): ContentBlockParam[] {
  const calls = turn.toolCalls.map(({ id, name, input }) => ({
    type: 'tool_use' as const,
    id,
    name: sendableName(name),
    input: shown(input),
  }));
  const isOwn = thinkingOf !== null && turn.original?.model.startsWith(thinkingOf) === true;
  const said = isOwn
    ? (turn.original?.blocks ?? []).flatMap((block) => original(block, calls))
    : [...(turn.text === '' ? [] : [{ type: 'text' as const, text: turn.text }]), ...calls];
  return said.length > 0 ? said : [{ type: 'text', text: '(no answer)' }];
}

function original(
  block: Readonly<Record<string, unknown>>,
  calls: readonly (ContentBlockParam & { id: string })[],
): ContentBlockParam[] {
  const { type, text, thinking, signature, data, id } = block;
  if (type === 'text' && typeof text === 'string') return [{ type, text }];
  if (type === 'thinking' && typeof thinking === 'string' && typeof signature === 'string')
    return [{ type, thinking, signature }];
  if (type === 'redacted_thinking' && typeof data === 'string') return [{ type, data }];
  return calls.filter((call) => type === 'tool_use' && call.id === id);
}

const marked = (isMarked: boolean) => (isMarked ? { cache_control: ephemeral } : {});

/** The API refuses a conversation with a name that it would not have allowed; the gym has already said that it is none. */
const sendableName = (name: string): string => name.replaceAll(/[^\w-]/g, '_').slice(0, 64) || 'unnamed';
