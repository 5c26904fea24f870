// One episode: the policy acts, the gym answers, until it finishes, gives up, goes round in a circle, or a limit is reached.
// What the person says meanwhile reaches the policy before its next answer.
import { ActivityError } from '../controller/errors.ts';
import type { Activities } from '../controller/workflow.ts';
import { finishInputSchema, type ToolCall } from '../protocol/gym.ts';
import type { Episode, ToolResult, Turn } from '../protocol/policy.ts';
import { type Proof, proofOf } from '../protocol/proof.ts';
import type { Finding } from '../protocol/verdict.ts';
import { RepetitionWatch } from './governor.ts';
import type { Heard } from './heard.ts';
import { askForReasons, outsideOf } from './scope.ts';

/** Turns in one attempt. The run's own budget is checked by the engine and is usually the tighter one. */
const maxTurns = 40;
/** Turns in a row without any action, after which the attempt is over. */
const maxIdleTurns = 2;

export interface Played {
  readonly tree: string;
  /** Every path that differs from the base tree now. */
  readonly changedPaths: readonly string[];
  /** Why the policy could not finish, as findings for the repair; empty when it did. */
  readonly findings: Finding[];
}

/** Where a step began: what it is played from again when a person wants it done differently. */
export type StepStart = Pick<Played, 'tree' | 'changedPaths'>;

export interface EpisodeStart {
  readonly baseTree: string;
  readonly tree: string;
  /** What earlier steps have changed already; this step does not answer for it. */
  readonly changedPaths: readonly string[];
  /** What the judgement will ask of the tests. */
  readonly proof?: Proof;
}

export async function playEpisode(
  brief: Omit<Episode, 'history'>,
  start: EpisodeStart,
  act: Activities,
  heard: Heard,
): Promise<Played> {
  const history: Episode['history'] = [];
  const watch = new RepetitionWatch();
  let { tree, changedPaths } = start;
  const news = heard.listener();
  const ofWay = brief.way === undefined ? {} : { way: brief.way.number };
  let isAsked = false;
  let idle = 0;
  const ended = (...findings: Finding[]): Played => ({ tree, changedPaths, findings });
  for (let number = 1; number <= maxTurns; number += 1) {
    const turn = await nextTurn(withComments(brief, history, news()), number, act);
    if (turn instanceof ActivityError) return ended(policyFinding(turn));
    const results: ToolResult[] = [];
    for (const call of turn.toolCalls) {
      const question = { stepId: brief.step.id, baseTree: start.baseTree, tree, call, ...ofWay, ...proofOf(start) };
      const step = await act.stepGym(question, describeCall(call.name, call.input));
      ({ tree, changedPaths } = step.info);
      if (step.truncated) return ended(limitFinding('The environment ended the episode.'));
      if (step.terminated) {
        const unexplained = isAsked ? [] : unexplainedPaths(brief, call, changedPaths, start.changedPaths);
        if (unexplained.length === 0) return ended();
        isAsked = true;
        results.push({ toolCallId: call.id, content: askForReasons(unexplained), isError: false });
        break;
      }
      const { content } = step.observation;
      const seen = watch.seen(call, content, tree);
      if (seen === 'end') return ended(limitFinding('The policy did the same thing again and again.'));
      const told = seen === 'tell' ? `${content}\n${repeatedNote}` : content;
      results.push({ ...step.observation, toolCallId: call.id, content: told });
    }
    history.push({ turn, results: answeredInFull(turn, results) });
    idle = turn.toolCalls.length === 0 ? idle + 1 : 0;
    if (idle > 0 && turn.stopReason === 'end_turn') return ended();
    if (idle >= maxIdleTurns) return ended(limitFinding('The policy stopped acting without finishing.'));
  }
  return ended(limitFinding(`The policy did not finish within ${maxTurns} turns.`));
}

const repeatedNote =
  '[The same call has had this same result before, and nothing has changed since. Do something else, or finish.]';

/** Calls after a `finish` that was not taken are not done, and a model must be told so of each. */
function answeredInFull(turn: Turn, results: readonly ToolResult[]): ToolResult[] {
  const left = turn.toolCalls.slice(results.length);
  const content = 'Not done: finish came before.';
  return [...results, ...left.map(({ id }) => ({ toolCallId: id, content, isError: true }))];
}

/** The episode as the policy sees it next, with what the person has said since. */
function withComments(brief: Omit<Episode, 'history'>, history: Episode['history'], said: readonly string[]): Episode {
  const last = history.at(-1);
  if (said.length === 0) return { ...brief, history: [...history] };
  if (last === undefined) {
    const instructions = [...(brief.instructions === null ? [] : [brief.instructions]), ...said].join('\n\n');
    return { ...brief, instructions, history: [] };
  }
  history[history.length - 1] = { ...last, comment: said.join('\n\n') };
  return { ...brief, history: [...history] };
}

function unexplainedPaths(
  { step }: Pick<Episode, 'step'>,
  finish: ToolCall,
  changed: readonly string[],
  before: readonly string[],
): string[] {
  const given = finishInputSchema.safeParse(finish.input);
  const explained = given.success ? given.data.outside.map(({ path }) => path) : [];
  return outsideOf(step, changed, before).filter((path) => !explained.includes(path));
}

async function nextTurn(episode: Episode, number: number, act: Activities): Promise<Turn | ActivityError> {
  const way = episode.way === undefined ? '' : `, way ${episode.way.number}`;
  const repair = episode.attempt > 0 ? `, repair ${episode.attempt}` : '';
  const label = `Step ${episode.step.id}${way}${repair}: turn ${number}`;
  try {
    return (await act.nextTurn(episode, label)).turn;
  } catch (error) {
    if (error instanceof ActivityError) return error;
    throw error;
  }
}

const policyFinding = (error: ActivityError): Finding => ({
  gate: 'tests',
  rule: `policy/${error.failure.reason}`,
  severity: 'error',
  message: error.failure.message,
});

const limitFinding = (message: string): Finding => ({
  gate: 'tests',
  rule: 'policy/limit',
  severity: 'error',
  message,
});

/** A line for the timeline. The input is hostile, so it is cut and read defensively. */
function describeCall(name: string, input: unknown): string {
  const field = (key: string): string => {
    const value = typeof input === 'object' && input !== null ? Reflect.get(input, key) : undefined;
    return typeof value === 'string' ? value.slice(0, 120) : '';
  };
  const words = name === 'str_replace_based_edit_tool' ? [field('command'), field('path')] : [name, field('query')];
  return words.filter((word) => word !== '').join(' ') || 'action';
}
