// The hunks of a commit that can matter, and where their lines are in today's files. Reads objects only.

import { readText, type TreeReader } from '../../gates/treeReader.ts';
import type { Repository } from '../../gym/git.ts';
import { isRelevant } from '../../gym/history/relevantFiles.ts';
import { lineMap, splitLines } from '../../gym/lines.ts';
import { makeProposal } from '../../gym/proposal.ts';
import { emptyTree, treeOfRevision } from '../../gym/snapshot.ts';
import type { ActivityInput, ActivityOutput } from '../../protocol/activities.ts';
import type { CauseHunk } from '../../protocol/investigation.ts';
import type { Hunk } from '../../protocol/proposal.ts';
import { type Result, success } from '../../protocol/result.ts';

/** Hunks beyond this many are not told apart. */
const maxHunks = 500;
/** Lines of one hunk that are kept: a created file may be large. */
const maxLines = 200;

export async function readHunks(
  { commit, todayTree, overlay }: ActivityInput<'readHunks'>,
  { repository, files }: { readonly repository: Repository; readonly files: TreeReader },
): Promise<Result<ActivityOutput<'readHunks'>>> {
  const [parent] = commit.parents;
  const base = parent === undefined ? success(await emptyTree(repository)) : await treeOfRevision(repository, parent);
  if (!base.ok) return base;
  const proposal = await makeProposal(repository, base.value, commit.tree);
  if (!proposal.ok) return proposal;
  const laidOver = new Set(overlay.map(({ path }) => path));
  const changed = proposal.value.files.filter(({ path }) => !laidOver.has(path));
  const likely = changed.filter(({ path }) => isRelevant(path));
  const all = (likely.length > 0 ? likely : changed).flatMap((file) => file.hunks);
  const shown = all.slice(0, maxHunks);
  const moved = new Map(
    (await files.changed(commit.tree, todayTree)).flatMap(({ path, oldPath }) =>
      oldPath === null ? [] : [[oldPath, path] as const],
    ),
  );
  const places = new Map<string, number[]>();
  const hunks: CauseHunk[] = [];
  for (const hunk of shown) {
    const path = moved.get(hunk.path) ?? hunk.path;
    const lines = places.get(path) ?? (await mapOf(files, commit.tree, hunk.path, todayTree, path));
    places.set(path, lines);
    hunks.push(causeHunk(hunk, path, lines));
  }
  return success({ baseTree: base.value, hunks, isCut: all.length > shown.length });
}

async function mapOf(files: TreeReader, tree: string, path: string, todayTree: string, now: string): Promise<number[]> {
  const before = await readText(files, tree, path);
  const today = await readText(files, todayTree, now);
  return before === undefined || today === undefined ? [] : lineMap(splitLines(before), splitLines(today));
}

function causeHunk(hunk: Hunk, todayPath: string, map: readonly number[]): CauseHunk {
  const leading = hunk.lines.findIndex((line) => /^[+-]/.test(line));
  const added = hunk.lines.filter((line) => line.startsWith('+')).length;
  const first = Math.max(0, hunk.newStart - 1 + Math.max(0, leading));
  // A hunk that only removes stands where its neighbour is.
  const indices = Array.from({ length: Math.max(1, added) }, (_, offset) => map[first + offset] ?? -1);
  const there = indices.filter((index) => index >= 0);
  const today =
    there.length === 0 ? null : { path: todayPath, startLine: Math.min(...there) + 1, endLine: Math.max(...there) + 1 };
  return { id: hunk.id, path: hunk.path, startLine: first + 1, lines: hunk.lines.slice(0, maxLines), today };
}
