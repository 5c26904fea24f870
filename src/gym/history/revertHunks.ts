// A tree without some hunks of a commit: today's where their lines still stand, and the commit's own otherwise. Writes objects, no
// refs.
import type { HistoryCommit } from '../../protocol/investigation.ts';
import type { FileChange } from '../../protocol/proposal.ts';
import { failure, type Result, success } from '../../protocol/result.ts';
import { type Entry, editTree, entryAt, readFolders } from '../editTree.ts';
import type { Repository } from '../git.ts';
import { applyHunks } from '../hunks.ts';
import { type PathBytes, pathBytesOf } from '../pathBytes.ts';
import { makeProposal } from '../proposal.ts';
import { emptyTree, treeOfRevision } from '../snapshot.ts';
import { treeOfChosen } from './partialTrees.ts';

export interface WithAndWithout {
  readonly with: string;
  readonly without: string;
  /** Whether both are of today, or of the commit. */
  readonly isToday: boolean;
}

export async function revertHunks(
  repository: Repository,
  { commit, hunkIds, todayTree }: { commit: HistoryCommit; hunkIds: readonly string[]; todayTree: string },
): Promise<Result<WithAndWithout>> {
  const [parent] = commit.parents;
  const base = parent === undefined ? success(await emptyTree(repository)) : await treeOfRevision(repository, parent);
  if (!base.ok) return base;
  const change = await makeProposal(repository, base.value, commit.tree);
  if (!change.ok) return change;
  const undone = new Set(hunkIds);
  const all = change.value.files.flatMap(({ hunks }) => hunks.map(({ id }) => id));
  if (!hunkIds.every((id) => all.includes(id)))
    return failure('noSuchHunk', `${commit.subject} does not have these hunks.`);
  const others = await treeOfChosen(repository, change.value, new Set(all.filter((id) => !undone.has(id))));
  if (!others.ok) return others;
  const ofCommit: WithAndWithout = { with: commit.tree, without: others.value, isToday: false };
  const reverting = await makeProposal(repository, commit.tree, others.value);
  if (!reverting.ok) return reverting;
  const edits = new Map<PathBytes, Entry | undefined>();
  const paths = reverting.value.files.map(({ path }) => pathBytesOf(path));
  const folders = await readFolders(repository.git, todayTree, paths);
  if (folders === undefined) return success(ofCommit);
  for (const file of reverting.value.files) {
    const path = pathBytesOf(file.path);
    const reverted = await revertedEntry(repository, file, entryAt(folders, path));
    if (reverted === 'moved') return success(ofCommit);
    edits.set(path, reverted);
  }
  const without = await editTree(repository.git, todayTree, folders, edits);
  return success({ with: todayTree, without, isToday: true });
}

/** `moved`: the lines do not stand there any more. undefined: the file goes. */
async function revertedEntry(
  { git }: Repository,
  { hunks, baseBlob, candidateBlob, candidateMode }: FileChange,
  today: Entry | undefined,
): Promise<Entry | undefined | 'moved'> {
  const isSame = (today?.id ?? null) === baseBlob;
  if (isSame)
    return candidateBlob === null || candidateMode === null ? undefined : { mode: candidateMode, id: candidateBlob };
  if (today === undefined || baseBlob === null || !hunks.every(({ kind }) => kind === 'text')) return 'moved';
  const [base, current] = await Promise.all([baseBlob, today.id].map(async (id) => textOf(await git.blob(id))));
  const { text, outcomes } = applyHunks({ base, current, applied: [], hunks });
  if (text === undefined || text === current || outcomes.some(({ state }) => state === 'stale')) return 'moved';
  return { mode: today.mode, id: await git.writeBlob(new TextEncoder().encode(text)) };
}

const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
