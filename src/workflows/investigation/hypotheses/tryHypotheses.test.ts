// What becomes of an investigation's outcome when a policy is asked: an experiment or a policy that fails costs itself alone, and the
// cause is never touched.
import { describe, expect, it } from 'vitest';
import { ActivityError } from '../../../controller/errors.ts';
import type { Activities } from '../../../controller/workflow.ts';
import type { ActivityInput, ActivityOutput } from '../../../protocol/activities.ts';
import { defaultConfig } from '../../../protocol/config.ts';
import type { Hypothesis } from '../../../protocol/hypotheses.ts';
import {
  type InvestigateInput,
  type InvestigationOutcome,
  investigationOutcomeSchema,
} from '../../../protocol/investigation.ts';
import { noUsage } from '../../../protocol/policy.ts';
import type { Case } from './readExperiment.ts';
import { withHypotheses } from './tryHypotheses.ts';

const outcome: InvestigationOutcome = investigationOutcomeSchema.parse({
  outcome: 'cause',
  summary: 'It began with a commit.',
  confidence: 0.98,
  symptom: 'adds fails',
  culprits: [],
  hunks: [],
  evidence: [],
  ruledOut: [],
  unknown: [],
  runs: 3,
  cachedRuns: 0,
  commits: 5,
  reportPath: null,
});
const failing: ActivityOutput<'probe'> = {
  outcome: 'failed',
  message: 'm',
  signature: 's',
  command: 'c',
  durationMs: 1,
  cached: false,
  stack: [],
};
const about: Case = {
  oracle: { kind: 'test', file: 'test/sum.test.js', name: 'adds' },
  overlay: [],
  todayTree: 'today',
  symptom: failing,
  culprit: null,
  commits: [],
  error: 0,
};
const input: InvestigateInput = {
  file: 'src/sum.js',
  symptom: { kind: 'words', words: '' },
  good: null,
  writesReport: false,
  parallel: 2,
  budget: defaultConfig().budgets,
  asks: { hypotheses: 3, sceptic: { name: 'sceptic', brief: 'Doubt.' } },
};
const reply = { usage: noUsage, model: 'm', responseId: null };
const runs = { action: 'runTest', file: null, name: null, edit: null, expects: 'fails' };
const hypothesis = (experiment: unknown): Hypothesis => ({
  statement: 'It subtracts.',
  mechanism: 'm',
  path: 'src/sum.js',
  startLine: 0.5,
  endLine: null,
  prior: 0.5,
  prediction: 'It fails.',
  experiment,
});

/** Activities that answer from functions; whatever else is asked for is a fault of the test. */
function fake(answers: {
  hypotheses: () => Hypothesis[];
  experiment: (asked: ActivityInput<'experiment'>) => ActivityOutput<'experiment'>;
  doubt: () => ActivityOutput<'doubt'>['answer'];
}): { act: Activities; asked: string[] } {
  const asked: string[] = [];
  const known: Partial<Activities> = {
    noteOutcome: async () => ({}),
    gatherContext: async () => ({ tree: 'today', files: [], totalFiles: 0, excerpts: [], testCommand: null }),
    hypothesise: async () => ({ answer: { hypotheses: answers.hypotheses() }, isPlaceKnown: [true], reply }),
    experiment: async (given, label) => {
      asked.push(label);
      return answers.experiment(given);
    },
    doubt: async () => ({ answer: answers.doubt(), reply }),
  };
  const act = new Proxy(known, {
    get: (target, name) => Reflect.get(target, name) ?? (() => Promise.reject(new Error(`${String(name)} was asked`))),
  });
  return { act: act as Activities, asked };
}

const broken = (): never => {
  throw new ActivityError('experiment', { reason: 'sandbox', message: 'There is no sandbox.', retryable: false });
};
const seen = { refused: null, results: [{ ...failing, output: '' }] };
const noDoubt = () => ({ objection: 'None.', prediction: '', experiment: null });

describe('an investigation with a policy', () => {
  it('asks for nothing where it is not to ask', async () => {
    const { act } = fake({ hypotheses: broken, experiment: broken, doubt: broken });
    expect(await withHypotheses(outcome, { ...input, asks: null }, about, act)).toBe(outcome);
  });

  it('keeps its cause when the policy fails', async () => {
    const { act } = fake({ hypotheses: broken, experiment: broken, doubt: broken });
    const { inquiry, ...rest } = await withHypotheses(outcome, input, about, act);
    expect({ ...rest, inquiry: null }).toEqual(outcome);
    expect(inquiry?.notes).toEqual(['There are no hypotheses: There is no sandbox.']);
  });

  it('takes an experiment that cannot be run for inconclusive, and goes on', async () => {
    const { act, asked } = fake({
      hypotheses: () => [hypothesis(runs), hypothesis({ ...runs, expects: 'passes' }), hypothesis('nothing')],
      experiment: ({ id }) => (id === 'h1' ? broken() : seen),
      doubt: noDoubt,
    });
    const { inquiry } = await withHypotheses(outcome, input, about, act);
    const outcomes = Object.fromEntries(inquiry?.hypotheses.map(({ id, outcome: came }) => [id, came]) ?? []);
    expect(outcomes).toEqual({ h1: 'inconclusive', h2: 'didNot', h3: 'refused' });
    expect(asked).toEqual(['Experiment h1: Run what shows the symptom', 'Experiment h2: Run what shows the symptom']);
    // A line that is none is not shown as one.
    expect(inquiry?.hypotheses.every(({ startLine }) => startLine === null)).toBe(true);
  });

  it('moves no belief by a counter-experiment that repeats what was tried', async () => {
    const { act } = fake({
      hypotheses: () => [hypothesis(runs)],
      experiment: () => seen,
      doubt: () => ({ objection: 'Again.', prediction: 'It passes.', experiment: { ...runs, expects: 'passes' } }),
    });
    const { inquiry } = await withHypotheses(outcome, input, about, act);
    expect(inquiry?.doubt).toMatchObject({ outcome: 'didNot', detail: expect.stringContaining('tried already') });
    expect(inquiry?.doubt?.after).toBeCloseTo(inquiry?.doubt?.before ?? 0, 9);
  });

  it('keeps what was tried when the sceptic fails, or is refused', async () => {
    const heard = (doubt: () => ActivityOutput<'doubt'>['answer']) =>
      withHypotheses(
        outcome,
        input,
        about,
        fake({ hypotheses: () => [hypothesis(runs)], experiment: () => seen, doubt }).act,
      );
    expect((await heard(broken)).inquiry).toMatchObject({ hypotheses: [{ outcome: 'cameTrue' }], doubt: null });
    const refused = await heard(() => ({ objection: 'o', prediction: 'p', experiment: { action: 'shell' } }));
    expect(refused.inquiry?.doubt).toMatchObject({ outcome: 'refused' });
    expect(refused.inquiry?.doubt?.after).toBeCloseTo(refused.inquiry?.doubt?.before ?? 0, 9);
  });
});
