// Which failed tests are flaky, and whether they were so before the change. Runs failed tests again, on the base too.
import type { TestReport } from '../protocol/testReport.ts';
import type { GateContext } from './gate.ts';
import { type Outcomes, rerunFailures, rerunPassed } from './reruns.ts';

/** A test that passes and fails on the very same files. `before`: it did so before the change. */
export interface Flaky extends Outcomes {
  readonly before: boolean;
  /** How often it ran on the base, where that was looked at. */
  readonly baseRuns: number;
}

export async function findFlaky(
  context: GateContext,
  candidate: TestReport,
  base: TestReport | undefined,
  /** The test files that were run, where these were not all: what is not known by its file is run again among them. */
  part?: readonly string[],
): Promise<ReadonlyMap<string, Flaky>> {
  const { baseTree, candidateTree, config, flakyTests, signal } = context;
  const rerunOn = (tree: string) => async (files: readonly string[]) => {
    context.onProgress('Running failed tests again, to tell flaky from broken');
    if (files.length === 0 && part !== undefined) {
      const ran = await context.runSome(tree, signal, part);
      return ran.ok ? ran.value?.report : undefined;
    }
    const ran = await context.runTests(tree, signal, files);
    return ran.ok ? ran.value : undefined;
  };
  const { reruns } = config.tests;
  const outcomes = await rerunFailures(candidate, reruns, rerunOn(candidateTree));
  const flaky = new Map([...outcomes].filter(([, { passed }]) => passed > 0));
  if (flaky.size === 0) return new Map();
  const known = await flakyTests.known();
  const failedOnBase = new Set(base?.tests.filter(({ status }) => status === 'failed').map(({ id }) => id));
  const open = [...flaky.keys()].filter((id) => !known.has(id) && !failedOnBase.has(id));
  const onBase =
    base === undefined || open.length === 0
      ? new Map<string, Outcomes>()
      : await rerunPassed(open, base, reruns, rerunOn(baseTree));
  const seen = new Map([...onBase].filter(([, { failed }]) => failed > 0));
  for (const id of failedOnBase) {
    const outcome = flaky.get(id);
    if (outcome !== undefined) seen.set(id, outcome);
  }
  await flakyTests.remember(seen);
  return new Map(
    [...flaky].map(([id, outcome]) => {
      const ran = onBase.get(id);
      const baseRuns = ran === undefined ? 0 : ran.passed + ran.failed;
      return [id, { ...outcome, before: known.has(id) || seen.has(id), baseRuns }];
    }),
  );
}
