// Requests to the Messages API, built from data alone: the same episode always gives the same bytes, so that the prefix
// (tools, system, history) is reused from turn to turn.

import type { Episode } from '../../protocol/policy.ts';
import { framed } from '../prompts/frame.ts';
import type { Prompt } from '../prompts/questions.ts';
import { redactSecrets } from '../redact.ts';
import { toolDefinitions } from '../tools.ts';
import type { MessageCreateParamsStreaming } from './client.ts';

type Messages = MessageCreateParamsStreaming['messages'];
type Tools = NonNullable<MessageCreateParamsStreaming['tools']>;

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

export function episodeMessages(episode: Episode, prompt: Prompt): Messages {
  const messages: Messages = [
    { role: 'user', content: [{ type: 'text', text: prompt.user, cache_control: ephemeral }] },
  ];
  episode.history.forEach(({ turn, results, comment }, index) => {
    const isLast = index === episode.history.length - 1;
    const text = turn.text === '' ? [] : [{ type: 'text' as const, text: turn.text }];
    const calls = turn.toolCalls.map(({ id, name, input }) => ({
      type: 'tool_use' as const,
      id,
      name,
      input: isObject(input) ? input : { malformed: String(input) },
    }));
    const said = [...text, ...calls];
    messages.push({ role: 'assistant', content: said.length > 0 ? said : [{ type: 'text', text: '(no answer)' }] });
    const cache = isLast ? { cache_control: ephemeral } : {};
    const answers = results.map(({ toolCallId, content, isError }) => ({
      type: 'tool_result' as const,
      tool_use_id: toolCallId,
      is_error: isError,
      content: framed('tool result', content),
    }));
    const nudged = answers.length === 0 ? [{ type: 'text' as const, text: nudge(turn.stopReason) }] : [];
    const heard = comment === undefined ? [] : [{ type: 'text' as const, text: commentText(comment) }];
    const content = [...answers, ...nudged, ...heard];
    messages.push({
      role: 'user',
      content: content.map((block, at) => (at === content.length - 1 ? { ...block, ...cache } : block)),
    });
  });
  return messages;
}

const commentText = (comment: string): string =>
  `The person who supervises you says, and you follow it within your step:\n${redactSecrets(comment)}`;

const nudge = (stopReason: string): string =>
  stopReason === 'max_tokens'
    ? 'Your answer was cut off. Go on with smaller steps: one tool call at a time.'
    : 'Go on: call a tool, or call finish when the step is done.';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
