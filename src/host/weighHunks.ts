// What each hunk of a proposal is good for: the tests that pass with it and do not pass when it alone is left out.
import type { FlakyMemory, FlakyTest } from '../gates/flakyTests.ts';
import { isCodePath, isTestPath } from '../gates/integrity/judgingFiles.ts';
import type { Repository } from '../gym/git.ts';
import { treeOfChosen } from '../gym/history/partialTrees.ts';
import { makeProposal } from '../gym/proposal.ts';
import type { Hunk, HunkEvidence } from '../protocol/proposal.ts';
import { type Result, success } from '../protocol/result.ts';
import type { TestReport } from '../protocol/testReport.ts';

export interface Weighing {
  readonly baseTree: string;
  readonly candidateTree: string;
  /** The most hunks that are left out, one after the other: each costs one run of the tests. */
  readonly limit: number;
}

export interface WeighingParts {
  readonly repository: Repository;
  readonly flakyTests: FlakyMemory;
  readonly runTests: (tree: string) => Promise<Result<TestReport>>;
  readonly onProgress: (text: string) => void;
}

/** Test names that are kept of one hunk. */
const maxNames = 50;

export async function weighHunks(asked: Weighing, parts: WeighingParts): Promise<Result<HunkEvidence[]>> {
  const { baseTree, candidateTree, limit } = asked;
  const proposal = await makeProposal(parts.repository, baseTree, candidateTree);
  if (!proposal.ok) return proposal;
  const hunks = proposal.value.files.flatMap((file) => file.hunks);
  const toWeigh = hunks.filter(({ path }) => isCodePath(path) && !isTestPath(path)).slice(0, limit);
  const whole = toWeigh.length === 0 ? undefined : await parts.runTests(candidateTree);
  if (whole?.ok === false) return success(hunks.map((hunk) => unknown(hunk, whole.failure.message)));
  const flaky = await parts.flakyTests.known();
  const evidence: HunkEvidence[] = [];
  for (const hunk of hunks) {
    if (isTestPath(hunk.path)) evidence.push(unknown(hunk, 'It is a part of the tests.'));
    else if (!isCodePath(hunk.path)) evidence.push(unknown(hunk, 'It is no code that a test could need.'));
    else if (whole === undefined || !toWeigh.includes(hunk))
      evidence.push(unknown(hunk, `Only the first ${limit} hunks are weighed (review.weighHunks).`));
    else {
      parts.onProgress(`Tests without hunk ${toWeigh.indexOf(hunk) + 1} of ${toWeigh.length}`);
      const ids = new Set(hunks.filter((other) => other !== hunk).map(({ id }) => id));
      const without = await treeOfChosen(parts.repository, proposal.value, ids);
      const report = without.ok ? await parts.runTests(without.value) : without;
      evidence.push(
        report.ok ? compare(hunk, whole.value, report.value, flaky) : unknown(hunk, report.failure.message),
      );
    }
  }
  return success(evidence);
}

function compare(
  hunk: Hunk,
  whole: TestReport,
  without: TestReport,
  flaky: ReadonlyMap<string, FlakyTest>,
): HunkEvidence {
  if (!whole.perTest) {
    const isNeeded = whole.exitCode === 0 && without.exitCode !== 0;
    const note = isNeeded ? 'The test command fails without it.' : 'The test command ends the same without it.';
    return { hunkId: hunk.id, needed: isNeeded, tests: [], count: 0, note };
  }
  const passed = new Set(without.tests.filter(({ status }) => status === 'passed').map(({ id }) => id));
  const tests = whole.tests
    .filter(({ id, status }) => status === 'passed' && !passed.has(id) && !flaky.has(id))
    .map(({ id }) => id);
  const needed = tests.length > 0;
  return { hunkId: hunk.id, needed, tests: tests.slice(0, maxNames), count: tests.length, note: null };
}

const unknown = ({ id }: Hunk, note: string): HunkEvidence => ({
  hunkId: id,
  needed: null,
  tests: [],
  count: 0,
  note,
});
