// Questions and episodes for tests of policies, and a Claude policy that talks to a fake server.
import { type ClaudeOptions, createClaudePolicy } from '../../src/policies/claude/claudePolicy.ts';
import type { Policy } from '../../src/policies/policy.ts';
import type { Episode, QuestionOf, Turn } from '../../src/protocol/policy.ts';
import {
  type FakeAnswer,
  type FakeRequest,
  type MessagesServer,
  type ServerOptions,
  startMessagesServer,
} from '../fakes/messagesServer.ts';
import { plan } from '../fakes/planningWorld.ts';

export const testKey = 'sk-ant-test-0123456789abcdef';
export const going = () => ({ signal: new AbortController().signal });

export const perspectiveQuestion: QuestionOf<'perspective'> = {
  kind: 'perspective',
  feature: 'a feature',
  perspective: { name: 'tester', brief: 'b' },
  context: {
    tree: 't',
    files: ['a.ts'],
    totalFiles: 1,
    excerpts: [{ path: 'a.ts', text: 'export {}', truncated: false }],
    testCommand: null,
  },
};
export const perspectiveAnswer = { perspective: 'tester', summary: 's', claims: [], suggestions: [], risks: [] };

const [step] = plan.steps;
if (step === undefined) throw new Error('the plan has steps');
export const firstEpisode: Episode = {
  feature: 'a feature',
  plan,
  step,
  attempt: 0,
  findings: [],
  instructions: null,
  history: [],
};

/** A turn that calls one tool, with what came of it. */
export function exchange(id: string, content: string, more: Partial<Turn> = {}): Episode['history'][number] {
  const toolCalls = [{ id, name: 'search_code', input: { query: id } }];
  return {
    turn: { text: `I look for ${id}.`, toolCalls, stopReason: 'tool_use', ...more },
    results: [{ toolCallId: id, content, isError: false }],
  };
}

export interface Served {
  readonly server: MessagesServer;
  readonly policy: Policy;
}

/** The last answer is given again and again. */
export async function served(
  answers: readonly FakeAnswer[] | ((request: FakeRequest, number: number) => FakeAnswer),
  options: { claude?: Partial<ClaudeOptions>; server?: ServerOptions } = {},
): Promise<Served> {
  const server = await startMessagesServer((request, number) => {
    if (typeof answers === 'function') return answers(request, number);
    const answer = answers[Math.min(number, answers.length) - 1];
    if (answer === undefined) throw new Error('no answer left');
    return answer;
  }, options.server);
  const policy = createClaudePolicy({
    apiKey: testKey,
    baseUrl: server.url,
    model: 'claude-sonnet-test',
    silenceMs: 30_000,
    ...options.claude,
  });
  return { server, policy };
}
