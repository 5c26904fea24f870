// Runs one experiment of a hypothesis: each of its runs in a worktree of its own, by the commands of today's configuration. What it
// names is hostile: a file that is not there or a patch that does more than it may is refused, and nothing runs.
import { isTestPath } from '../../gym/history/findTests.ts';
import { patchProblem } from '../../gym/patch/patchLimits.ts';
import { redactSecrets } from '../../policies/redact.ts';
import type { ActivityInput, ActivityOutput } from '../../protocol/activities.ts';
import { type ExperimentResult, type ExperimentRun, keptOutput } from '../../protocol/investigation.ts';
import { type Result, success } from '../../protocol/result.ts';
import type { ActivityContext } from '../activityContext.ts';
import type { JudgeParts } from '../judge.ts';
import { isFileOf } from './isFileOf.ts';
import type { Probes } from './probes.ts';

type Parts = Pick<JudgeParts, 'repository'> & { readonly probes: Probes };

export async function runExperiment(
  { todayTree, runs }: ActivityInput<'experiment'>,
  parts: Parts,
  context: ActivityContext,
): Promise<Result<ActivityOutput<'experiment'>>> {
  const results: ExperimentResult[] = [];
  for (const run of runs) {
    const problem = await problemOf(run, todayTree, parts);
    if (problem !== null) return success({ refused: problem, results: [] });
    const ran =
      run.patch === null
        ? await asIs(run, todayTree, parts, context)
        : await patched(run.patch.text, run, todayTree, parts, context);
    if (!ran.ok) return ran;
    if ('refused' in ran.value) return success({ refused: ran.value.refused, results: [] });
    results.push(ran.value);
  }
  return success({ refused: null, results });
}

async function problemOf(
  { oracle, patch }: ExperimentRun,
  todayTree: string,
  { repository }: Parts,
): Promise<string | null> {
  if (oracle.kind === 'test') {
    const { file } = oracle;
    const isThere = isTestPath(file) && (await isFileOf(repository, todayTree, file));
    if (!isThere) return `There is no test file ${JSON.stringify(file.slice(0, 200))}.`;
  }
  return patch === null ? null : patchProblem(patch.kind, patch.text);
}

/** The same as any run of the search, and known where that was made. */
async function asIs(
  { oracle, overlay, commit, hunks }: ExperimentRun,
  todayTree: string,
  { probes }: Parts,
  context: ActivityContext,
): Promise<Result<ExperimentResult>> {
  const ran = await probes.probe({ oracle, overlay, todayTree, commit, attempt: 0, hunks }, context);
  return ran.ok ? success({ ...ran.value, output: '' }) : ran;
}

async function patched(
  patch: string,
  { oracle }: ExperimentRun,
  todayTree: string,
  { probes }: Parts,
  context: ActivityContext,
): Promise<Result<ExperimentResult | { refused: string }>> {
  const made = await probes.patched(todayTree, patch, context);
  if ('refused' in made) return success(made);
  const ran = await probes.run({ tree: made.tree, oracle, todayTree }, context);
  if (!ran.ok) return ran;
  const { isFinal: _, output, message, ...result } = ran.value;
  return success({ ...result, message: redactSecrets(message), output: redactSecrets(output).slice(-keptOutput) });
}
