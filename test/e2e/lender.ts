// An extension that lends the editor a language model, as Copilot does: it answers the questions of a plan and calls the
// tools of the gym. It is written into a folder of its own, and knows nothing of Ratchet but its prompts.
import { writeExtension } from './writeExtension.ts';

const manifest = {
  name: 'lender',
  activationEvents: ['onLanguageModelChatProvider:lender', 'onStartupFinished'],
  contributes: { languageModelChatProviders: [{ vendor: 'lender', displayName: 'Lender' }] },
};

const view = { perspective: 'p', summary: 's', claims: [], suggestions: [], risks: [] };
const plan = {
  goal: 'Say hello in words',
  summary: 's',
  steps: [
    {
      id: 's1',
      title: 'The greeting',
      description: 'd',
      files: ['src/hello.ts'],
      acceptance: ['says hello'],
      gates: ['tests'],
    },
  ],
  risks: [],
  rollback: 'r',
  contract: { behaviour: [], physics: [], deployment: [] },
};
const create = { command: 'create', path: 'src/hello.ts', file_text: "export const hello = 'hello';\n" };

const main = `
const vscode = require('vscode');
const textOf = (parts) => parts.map((part) => part.value ?? '').join('');
exports.activate = (context) => {
  const model = {
    id: 'lent-1', name: 'Lent One', family: 'claude-lent', version: '1',
    maxInputTokens: 150000, maxOutputTokens: 8000, capabilities: { toolCalling: true },
  };
  context.subscriptions.push(vscode.lm.registerLanguageModelChatProvider('lender', {
    provideLanguageModelChatInformation: async () => [model],
    provideTokenCount: async (_model, text) => String(text).length / 4,
    provideLanguageModelChatResponse: async (_model, messages, options, progress) => {
      const first = textOf(messages[0].content);
      if ((options.tools ?? []).length === 0) {
        const answer = first.includes('"rollback"') ? ${JSON.stringify(JSON.stringify(plan))} : ${JSON.stringify(JSON.stringify(view))};
        return progress.report(new vscode.LanguageModelTextPart(answer));
      }
      if (messages.length === 1)
        progress.report(new vscode.LanguageModelToolCallPart('c1', 'str_replace_based_edit_tool', ${JSON.stringify(create)}));
      else progress.report(new vscode.LanguageModelToolCallPart('c2', 'finish', { summary: 'done' }));
    },
  }));
};
`;

export const newLender = () => writeExtension(manifest, main);
