// A policy over the person's own Claude Code, in its headless mode: for people with a subscription and without a key. All of
// its tools, settings, servers and commands are off, so that it answers and nothing else; what it proposes is played in
// the gym like everybody's.
import type { PolicyChoice } from '../../protocol/config.ts';
import type { Answers, Episode, PolicyReply, QuestionKind, QuestionOf, Turn } from '../../protocol/policy.ts';
import { failure, type Result } from '../../protocol/result.ts';
import type { Policy, PolicyContext } from '../policy.ts';
import { actByText } from '../text/actByText.ts';
import { decideByText, type TextModel } from '../text/textModel.ts';
import { type ClaudeCodeRun, readClaudeOutput } from './claudeOutput.ts';

/** Starts the program in an empty folder; undefined when it is not installed. */
export type RunClaudeCode = (
  args: readonly string[],
  input: string,
  signal: AbortSignal,
) => Promise<ClaudeCodeRun | undefined>;

export interface ClaudeCodeOptions extends Pick<PolicyChoice, 'model' | 'effort' | 'window'> {
  readonly run: RunClaudeCode;
  readonly isInstalled: boolean;
}

/** Tokens of the window of every model that is still served. */
const smallestWindow = 200_000;

export const notInstalled =
  'Claude Code is not installed here: there is no program named claude on the PATH or in ~/.local/bin. Install it (https://code.claude.com), run "claude" once to log in, or choose another policy with "Ratchet: Choose Policy".';

export function createClaudeCodePolicy(options: ClaudeCodeOptions): Policy {
  return new ClaudeCodePolicy(options);
}

class ClaudeCodePolicy implements Policy {
  readonly name: string;
  readonly notice: string | null;
  readonly #model: TextModel;

  constructor({ model, effort, window, run, isInstalled }: ClaudeCodeOptions) {
    this.name = model === undefined ? 'claudeCode' : `claudeCode (${model})`;
    this.notice = isInstalled ? null : notInstalled;
    const settings = [
      ...(model === undefined ? [] : ['--model', model]),
      ...(effort === undefined ? [] : ['--effort', effort]),
    ];
    this.#model = {
      window: window ?? smallestWindow,
      ask: async ({ system, user }, { signal }) => {
        const ran = await run([...alone, ...settings, '--system-prompt', system], user, signal);
        signal.throwIfAborted();
        return ran === undefined ? failure('unavailable', notInstalled) : readClaudeOutput(ran);
      },
    };
  }

  async decide<K extends QuestionKind>(
    question: QuestionOf<K>,
    context: PolicyContext,
  ): Promise<Result<{ answer: Answers[K]; reply: PolicyReply }>> {
    return await decideByText(this.#model, question, context);
  }

  async act(episode: Episode, context: PolicyContext): Promise<Result<{ turn: Turn; reply: PolicyReply }>> {
    return await actByText(this.#model, episode, context);
  }
}

/** One answer, printed as JSON: no tools, no servers, no settings with hooks, no commands, nothing kept. */
const alone = [
  '--print',
  '--output-format',
  'json',
  '--tools',
  '',
  '--strict-mcp-config',
  '--setting-sources',
  '',
  '--disable-slash-commands',
  '--no-session-persistence',
];
