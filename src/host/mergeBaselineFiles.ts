// The merge driver of git for the baseline: reads the three versions, writes what both sides tolerate. A version that cannot be
// read is a conflict for a person, never a guess.
import { readFile, writeFile } from 'node:fs/promises';
import { failureMessage } from '../gym/failureMessage.ts';
import { formatBaseline, parseBaseline } from '../invariants/baseline.ts';
import { mergeBaselines } from '../invariants/mergeBaselines.ts';
import { failure, type Result, success } from '../protocol/result.ts';

/** Git calls it with the ancestor, ours (where the result goes) and theirs. */
export async function mergeBaselineFiles(
  base: string,
  ours: string,
  theirs: string,
): Promise<Result<{ entries: number }>> {
  const versions: ReturnType<typeof parseBaseline>[] = [];
  for (const path of [base, ours, theirs]) {
    try {
      versions.push(parseBaseline(await readFile(path, 'utf8')));
    } catch (error) {
      return failure('usage', `${path} cannot be read: ${failureMessage(error)}`);
    }
  }
  const [first, second, third] = versions;
  if (first === undefined || second === undefined || third === undefined)
    return failure('usage', 'A version is missing.');
  const problems = versions.flatMap((version) => version.problems);
  if (problems.length > 0) return failure('unproven', `The baselines were not merged: ${problems.join(' ')}`);
  const merged = mergeBaselines(first.entries, second.entries, third.entries);
  await writeFile(ours, formatBaseline(merged));
  return success({ entries: merged.length });
}
