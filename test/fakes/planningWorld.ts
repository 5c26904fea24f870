// Answers for the planFeature workflow: three perspectives, a plan with two steps, a repair, and a proposal of three hunks.
import type { ActivityResult } from '../../src/controller/ports.ts';
import { defaultConfig } from '../../src/protocol/config.ts';
import type { JournalEvent } from '../../src/protocol/journal.ts';
import type { Plan } from '../../src/protocol/plan.ts';
import { noUsage } from '../../src/protocol/policy.ts';
import type { Hunk } from '../../src/protocol/proposal.ts';
import type { PlanInput } from '../../src/protocol/run.ts';
import type { RunSignal } from '../../src/protocol/signals.ts';
import { planFeature } from '../../src/workflows/planFeature.ts';
import { type Answer, sha256 } from './fakeWorld.ts';

export const plan: Plan = {
  goal: 'Greet people by name',
  summary: 'Add a name to the greeting and say it in the help.',
  steps: [
    {
      id: 's1',
      title: 'Greeting',
      description: 'Add the name.',
      files: ['a.ts'],
      acceptance: ['greets'],
      gates: ['tests'],
    },
    { id: 's2', title: 'Help', description: 'Say so.', files: ['b.ts'], acceptance: ['tells'], gates: ['tests'] },
  ],
  risks: [{ risk: 'none', mitigation: 'none' }],
  rollback: 'Revert the commit.',
  contract: { behaviour: [], physics: [], deployment: [] },
};

export const planInput: PlanInput = {
  feature: 'Greet people by name',
  perspectives: ['architect', 'tester', 'operator'].map((name) => ({ name, brief: `Look as the ${name}.` })),
  gates: ['tests', 'integrity'],
  requiredGates: ['tests', 'integrity'],
  budget: defaultConfig().budgets,
  weighHunks: 0,
};

export const startEvent = (input: PlanInput = planInput): JournalEvent => ({
  type: 'runStarted',
  journalVersion: 1,
  runId: '20260101-000000-abcdef',
  workflow: 'planFeature',
  workflowVersion: planFeature.version,
  title: input.feature,
  input,
  budget: input.budget,
  policy: 'fake',
});

const usage = { ...noUsage, requests: 1, inputTokens: 100, outputTokens: 10, costUsd: 0.01 };
const reply = { usage, model: 'fake', responseId: null };
const done = (output: unknown, isPaid = false): ActivityResult => ({
  ok: true,
  output,
  usage: isPaid ? usage : null,
  spans: [],
});

export const hunk = (id: string, path: string): Hunk => ({
  id,
  path,
  kind: 'text',
  oldStart: 1,
  oldLines: 1,
  newStart: 1,
  newLines: 1,
  lines: ['-a', '+b'],
});

/** The first attempt at step s1 fails its tests; everything else passes. `stale` names a hunk that cannot be applied. */
export function planningAnswers(options: { stale?: string } = {}): Answer {
  return (name, input) => {
    const get = (key: string): unknown =>
      typeof input === 'object' && input !== null ? Reflect.get(input, key) : undefined;
    switch (name) {
      case 'takeSnapshot':
        return done({ tree: 'tree-base' });
      case 'gatherContext':
        return done({ tree: 'tree-base', files: ['a.ts'], totalFiles: 1, excerpts: [], testCommand: 'node --test' });
      case 'consider': {
        const perspective = Reflect.get(Object(get('perspective')), 'name');
        return done(
          { view: { perspective, summary: `${perspective} agrees`, claims: [], suggestions: [], risks: [] }, reply },
          true,
        );
      }
      case 'verifyViews': {
        const views = get('views');
        return done({ problems: Array.isArray(views) ? views.map(() => []) : [] });
      }
      case 'synthesise':
        return done({ plan, reply }, true);
      case 'nextTurn': {
        const tool = (toolName: string, toolInput: object) => [{ id: 'c1', name: toolName, input: toolInput }];
        const history = get('history');
        const isFirst = Array.isArray(history) && history.length === 0;
        const toolCalls = isFirst
          ? tool('str_replace_based_edit_tool', { command: 'create', path: `${get('attempt')}.ts`, file_text: '' })
          : tool('finish', {});
        return done({ turn: { text: 'working', toolCalls, stopReason: 'tool_use' }, reply }, true);
      }
      case 'stepGym': {
        const isFinish = Reflect.get(Object(get('call')), 'name') === 'finish';
        const tree = isFinish ? String(get('tree')) : `tree-${sha256(JSON.stringify(input)).slice(0, 8)}`;
        return done({
          observation: { content: 'ok', isError: false },
          reward: 0,
          terminated: isFinish,
          truncated: false,
          info: { tree, changedPaths: ['a.ts'] },
        });
      }
      case 'judge': {
        const candidateTree = String(get('candidateTree'));
        const isFailing = get('stepId') === 's1' && candidateTree === firstTree();
        const verdict = {
          gate: 'tests',
          status: isFailing ? 'failed' : 'passed',
          summary: isFailing ? '1 failed' : '3 passed',
          findings: isFailing ? [{ gate: 'tests', rule: 'tests/failed', severity: 'error', message: 'greets' }] : [],
          baseTree: 'tree-base',
          candidateTree,
          configDigest: 'd',
          durationMs: 5,
          cached: false,
        };
        return done({ verdicts: [verdict] });
      }
      case 'weighHunks': {
        const evidence = ['h1', 'h2', 'h3'].map((hunkId) => ({
          hunkId,
          needed: true,
          tests: ['t'],
          count: 1,
          note: null,
        }));
        return done({ evidence });
      }
      case 'noteChoice':
        return done({});
      case 'composeTree':
        return done({ tree: `tree-of-${String(get('hunkIds'))}` });
      case 'propose': {
        const file = { path: 'a.ts', kind: 'modified', binary: false, baseMode: '100644', candidateMode: '100644' };
        const hunks = [hunk('h1', 'a.ts'), hunk('h2', 'a.ts'), hunk('h3', 'a.ts')];
        return done({
          id: 'p1',
          baseTree: 'tree-base',
          candidateTree: get('candidateTree'),
          files: [{ ...file, baseBlob: '1', candidateBlob: '2', hunks }],
          patch: 'diff',
        });
      }
      case 'applyHunks': {
        const ids = get('hunkIds');
        const outcomes = Array.isArray(ids)
          ? ids.map((hunkId) =>
              hunkId === options.stale
                ? { hunkId, state: 'stale', message: 'changed meanwhile' }
                : { hunkId, state: 'accepted', message: null },
            )
          : [];
        return done({ outcomes });
      }
      case 'recordOutcome':
        return done({ paths: ['.ratchet/metrics.jsonl'] });
      default:
        throw new Error(`no answer for ${name}`);
    }
  };
}

/** The tree after the first edit of the first attempt, which fails. */
function firstTree(): string {
  const call = {
    id: 'c1',
    name: 'str_replace_based_edit_tool',
    input: { command: 'create', path: '0.ts', file_text: '' },
  };
  return `tree-${sha256(JSON.stringify({ stepId: 's1', baseTree: 'tree-base', tree: 'tree-base', call })).slice(0, 8)}`;
}

/** What the person says, each as soon as the run waits for it. */
export const person: readonly { readonly when: 'planApproval' | 'review' | 'continue'; readonly signal: RunSignal }[] =
  [
    { when: 'planApproval', signal: { name: 'approvePlan', payload: { plan: null } } },
    { when: 'review', signal: { name: 'decideHunks', payload: { accept: ['h1'], reject: ['h2'] } } },
    { when: 'review', signal: { name: 'decideHunks', payload: { accept: ['h3'], reject: [] } } },
  ];
