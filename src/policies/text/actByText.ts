// The verb `act` over a model without tools of its own: the tools are described, the conversation is written down, and the
// next turn is an answer of a schema. The calls are as hostile as any other; only the gym plays them.
import * as z from 'zod';
import type { Episode, PolicyReply, Turn } from '../../protocol/policy.ts';
import { type Result, success } from '../../protocol/result.ts';
import { type Layout, layoutAt, shownInput, shownResult } from '../layouts.ts';
import type { PolicyContext } from '../policy.ts';
import { episodePrompt } from '../prompts/episode.ts';
import { userText } from '../prompts/prompt.ts';
import { commentText, nudge } from '../prompts/replies.ts';
import { flatToolDefinitions } from '../tools.ts';
import { answerRule } from './jsonAnswer.ts';
import { askForJson, fits, type TextModel, type TextRequest, tooLarge } from './textModel.ts';

const turnAnswerSchema = z.object({
  text: z.string().default('').describe('What you think or do, in a sentence.'),
  toolCalls: z
    .array(z.object({ name: z.string(), input: z.unknown() }))
    .default([])
    .describe('The tools to call now, in order. Their results come with the next message.'),
});

const toolRule = `You have no tools of your own here. You act by naming calls of these tools in your answer; each is played for you, and you are then told what came of it:\n${flatToolDefinitions
  .map(({ name, description, inputSchema }) => `- ${name}: ${description} Input: ${JSON.stringify(inputSchema)}`)
  .join('\n')}`;

export async function actByText(
  model: TextModel,
  episode: Episode,
  context: PolicyContext,
): Promise<Result<{ turn: Turn; reply: PolicyReply }>> {
  const request = fittingRequest(model, episode);
  if (request === undefined) return tooLarge();
  const answered = await askForJson(model, request, turnAnswerSchema, context);
  if (!answered.ok) return answered;
  const { answer, reply } = answered.value;
  const number = episode.history.length;
  const toolCalls = answer.toolCalls.map(({ name, input }, index) => ({ id: `call-${number}-${index}`, name, input }));
  return success({
    turn: { text: answer.text, toolCalls, stopReason: toolCalls.length > 0 ? 'tool_use' : 'end_turn' },
    reply,
  });
}

function fittingRequest(model: TextModel, episode: Episode): TextRequest | undefined {
  const prompt = episodePrompt(episode);
  for (let level = 0; ; level += 1) {
    const layout = layoutAt(level, episode.history.length);
    if (layout === undefined) return undefined;
    const parts = [userText(prompt), toolRule, ...transcript(episode, layout), answerRule(turnAnswerSchema)];
    const request = { system: prompt.system, user: parts.join('\n\n') };
    if (fits(request, model.window)) return request;
  }
}

function transcript(episode: Episode, layout: Layout): string[] {
  return episode.history.map(({ turn, results, comment }, index) => {
    const toolCalls = turn.toolCalls.map(({ name, input }) => ({ name, input: shownInput(input, index, layout) }));
    const said = `Your turn ${index + 1} was:\n${JSON.stringify({ text: turn.text, toolCalls })}`;
    const nudged = results.length === 0 ? [nudge(turn.stopReason)] : [];
    const heard = comment === undefined ? [] : [commentText(comment)];
    const outcomes = results.map(
      ({ content, isError }, at) =>
        `Call ${at + 1} ${isError ? 'failed' : 'gave'}:\n${shownResult(content, index, layout)}`,
    );
    return [said, ...outcomes, ...nudged, ...heard].join('\n');
  });
}
