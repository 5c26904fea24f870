// An episode as messages of a chat with tools. The models have no system text, so it opens the first message.
import type { ChatMessage, ChatPart } from '../../protocol/chatModel.ts';
import type { Episode } from '../../protocol/policy.ts';
import { type Layout, shownInput, shownResult } from '../layouts.ts';
import { episodePrompt } from '../prompts/episode.ts';
import { userText } from '../prompts/prompt.ts';
import { commentText, nudge } from '../prompts/replies.ts';

export function chatMessages(episode: Episode, layout: Layout): ChatMessage[] {
  const prompt = episodePrompt(episode);
  const messages: ChatMessage[] = [text('user', `${prompt.system}\n\n${userText(prompt)}`)];
  episode.history.forEach(({ turn, results, comment }, index) => {
    const calls = turn.toolCalls.map(
      ({ id, name, input }): ChatPart => ({ type: 'call', id, name, input: shownInput(input, index, layout) }),
    );
    const said: ChatPart[] = [...(turn.text === '' ? [] : [{ type: 'text' as const, text: turn.text }]), ...calls];
    messages.push(said.length === 0 ? text('assistant', '(no answer)') : { role: 'assistant', parts: said });
    const answers = results.map(({ toolCallId, content, isError }): ChatPart => {
      const shown = shownResult(content, index, layout);
      return { type: 'result', id: toolCallId, text: isError ? `The call failed.\n${shown}` : shown };
    });
    const nudged = answers.length === 0 ? [nudge(turn.stopReason)] : [];
    const heard = comment === undefined ? [] : [commentText(comment)];
    const words = [...nudged, ...heard].map((said): ChatPart => ({ type: 'text', text: said }));
    messages.push({ role: 'user', parts: [...answers, ...words] });
  });
  return messages;
}

const text = (role: ChatMessage['role'], said: string): ChatMessage => ({
  role,
  parts: [{ type: 'text', text: said }],
});
