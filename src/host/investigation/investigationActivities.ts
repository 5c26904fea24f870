// The activities of an investigation on the real world: history, worktrees, oracles; and one way to write, for the report.

import { readChanges } from '../../gym/history/readChanges.ts';
import { readHistory } from '../../gym/history/readHistory.ts';
import { keepTree } from '../../gym/snapshot.ts';
import type { Policy } from '../../policies/policy.ts';
import type { InvestigationActivity } from '../../protocol/activities.ts';
import type { Usage } from '../../protocol/policy.ts';
import { type Result, success } from '../../protocol/result.ts';
import type { ActivityImplementations } from '../activityContext.ts';
import type { Workspace } from '../api.ts';
import type { JudgeParts } from '../judge.ts';
import { doubt, hypothesise } from './askPolicy.ts';
import { findOracle } from './findOracle.ts';
import type { Probes } from './probes.ts';
import { readDrift } from './readDrift.ts';
import { readHunks } from './readHunks.ts';
import { runExperiment } from './runExperiment.ts';
import { makeVariant } from './timing/makeVariant.ts';
import { profilePair } from './timing/profilePair.ts';
import { timePairs } from './timing/timePairs.ts';

export interface InvestigationParts extends JudgeParts {
  readonly runId: string;
  readonly workspace: Workspace;
  readonly probes: Probes;
  readonly policy: Policy;
}

export function investigationActivities(
  parts: InvestigationParts,
): Pick<ActivityImplementations, InvestigationActivity> {
  const { repository, runId, workspace, probes } = parts;
  return {
    findOracle: async (input, context) => free(await findOracle(input, parts, context)),
    readHistory: async (input, { signal }) => free(await readHistory(repository, { ...input, signal })),
    probe: async (input, context) => free(await probes.probe(input, context)),
    timePairs: async (input, context) => free(await timePairs(input, parts, context)),
    makeVariant: async (input, context) => free(await makeVariant(input, parts, context)),
    profilePair: async (input, context) => free(await profilePair(input, parts, context)),
    readHunks: async (input) => {
      await keepTree(repository, runId, input.todayTree);
      return free(await readHunks(input, parts));
    },
    coverTests: async (input, context) => free(await probes.measurements.cover(input, context)),
    readChanges: async (input, { signal }) =>
      free(success({ files: await readChanges(repository, { ...input, signal }) })),
    readDrift: async (input, { signal }) => free(await readDrift(input, parts, signal)),
    noteOutcome: async () => free(success({})),
    hypothesise: async (question, context) => {
      if (question.kind !== 'hypotheses') throw new Error('hypothesise takes a question for hypotheses.');
      return await hypothesise(question, parts, context);
    },
    doubt: async (question, context) => {
      if (question.kind !== 'doubt') throw new Error('doubt takes a question for a doubt.');
      return await doubt(question, parts, context);
    },
    experiment: async (input, context) => free(await runExperiment(input, parts, context)),
    writeReport: async ({ text }) => {
      const path = `.ratchet/reports/${runId}.md`;
      const content = new TextEncoder().encode(text);
      const expected = await workspace.read(path);
      const isWritten = expected !== undefined && Buffer.compare(expected, content) === 0;
      const written = isWritten
        ? success(undefined)
        : await workspace.apply([{ path, expected, content, executable: undefined }]);
      return written.ok ? free(success({ path })) : written;
    },
  };
}

const free = <T>(result: Result<T>): Result<{ output: T; usage: Usage | null }> =>
  result.ok ? success({ output: result.value, usage: null }) : result;
