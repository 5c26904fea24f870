// The editor's language models behind the host's port. Only translates: it chooses no model and trusts no answer. A bundle
// of its own, loaded when a host is made.
import * as vscode from 'vscode';
import type { HostOptions } from '../host/api.ts';
import type { ChatMessage, ChatPart } from '../protocol/chatModel.ts';
import { success } from '../protocol/result.ts';
import { chatFailure } from './chatFailure.ts';

type ChatModels = NonNullable<HostOptions['chatModels']>;

/** Said in the editor's question for consent. */
const justification = 'Ratchet asks the model for plans and edits. Gates judge them, and you accept them hunk by hunk.';

export const editorChatModels: ChatModels = {
  list: async () => {
    const models = await vscode.lm.selectChatModels();
    return models.map(({ id, name, vendor, family, maxInputTokens }) => ({ id, name, vendor, family, maxInputTokens }));
  },
  send: async (id, messages, tools, { signal, onProgress }) => {
    signal.throwIfAborted();
    const canceling = new vscode.CancellationTokenSource();
    const cancel = () => canceling.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const [model] = await vscode.lm.selectChatModels({ id });
      if (model === undefined)
        return { ok: false, failure: chatFailure({ code: 'NotFound', message: id, causes: [] }) };
      const options = {
        justification,
        tools: tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
      };
      const response = await model.sendRequest(messages.map(messageOf), options, canceling.token);
      let text = '';
      const calls: { id: string; name: string; input: unknown }[] = [];
      for await (const part of response.stream) {
        if (part instanceof vscode.LanguageModelTextPart) {
          text += part.value;
          onProgress?.(text.slice(-200));
        } else if (part instanceof vscode.LanguageModelToolCallPart)
          calls.push({ id: part.callId, name: part.name, input: part.input });
      }
      signal.throwIfAborted();
      return success({ text, calls });
    } catch (error) {
      signal.throwIfAborted();
      return { ok: false, failure: chatFailure(chatErrorOf(error)) };
    } finally {
      signal.removeEventListener('abort', cancel);
      canceling.dispose();
    }
  },
};

function messageOf({ role, parts }: ChatMessage): vscode.LanguageModelChatMessage {
  const isUser = role === 'user';
  const { User, Assistant } = vscode.LanguageModelChatMessageRole;
  return new vscode.LanguageModelChatMessage(isUser ? User : Assistant, parts.map(partOf));
}

function partOf(part: ChatPart): vscode.LanguageModelInputPart {
  switch (part.type) {
    case 'text':
      return new vscode.LanguageModelTextPart(part.text);
    case 'call':
      return new vscode.LanguageModelToolCallPart(part.id, part.name, part.input);
    case 'result':
      return new vscode.LanguageModelToolResultPart(part.id, [new vscode.LanguageModelTextPart(part.text)]);
  }
}

function chatErrorOf(error: unknown): Parameters<typeof chatFailure>[0] {
  const causes: string[] = [];
  let cause: unknown = error instanceof Error ? error.cause : undefined;
  for (; cause instanceof Error && causes.length < 5; cause = cause.cause) causes.push(cause.message);
  const code = error instanceof vscode.LanguageModelError ? error.code : undefined;
  return { code, message: error instanceof Error ? error.message : String(error), causes };
}
