// One episode: the policy acts, the gym answers, until it finishes, gives up, or a limit is reached.
import { ActivityError } from '../controller/errors.ts';
import type { Activities } from '../controller/workflow.ts';
import type { Episode, ToolResult, Turn } from '../protocol/policy.ts';
import type { Finding } from '../protocol/verdict.ts';

/** Turns in one attempt. The run's own budget is checked by the engine and is usually the tighter one. */
const maxTurns = 40;
/** Turns in a row without any action, after which the attempt is over. */
const maxIdleTurns = 2;

export interface Played {
  readonly tree: string;
  /** Why the policy could not finish, as findings for the repair; empty when it did. */
  readonly findings: Finding[];
}

export async function playEpisode(
  brief: Omit<Episode, 'history'>,
  start: { readonly baseTree: string; readonly tree: string },
  act: Activities,
): Promise<Played> {
  const history: Episode['history'] = [];
  let { tree } = start;
  let idle = 0;
  for (let number = 1; number <= maxTurns; number += 1) {
    const turn = await nextTurn({ ...brief, history: [...history] }, number, act);
    if (turn instanceof ActivityError) return { tree, findings: [policyFinding(turn)] };
    const results: ToolResult[] = [];
    for (const call of turn.toolCalls) {
      const question = { stepId: brief.step.id, baseTree: start.baseTree, tree, call };
      const step = await act.stepGym(question, describeCall(call.name, call.input));
      tree = step.info.tree;
      results.push({ toolCallId: call.id, ...step.observation });
      if (step.terminated) return { tree, findings: [] };
      if (step.truncated) return { tree, findings: [limitFinding('The environment ended the episode.')] };
    }
    history.push({ turn, results });
    idle = turn.toolCalls.length === 0 ? idle + 1 : 0;
    if (idle > 0 && turn.stopReason === 'end_turn') return { tree, findings: [] };
    if (idle >= maxIdleTurns) return { tree, findings: [limitFinding('The policy stopped acting without finishing.')] };
  }
  return { tree, findings: [limitFinding(`The policy did not finish within ${maxTurns} turns.`)] };
}

async function nextTurn(episode: Episode, number: number, act: Activities): Promise<Turn | ActivityError> {
  const label = `Step ${episode.step.id}${episode.attempt > 0 ? `, repair ${episode.attempt}` : ''}: turn ${number}`;
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
