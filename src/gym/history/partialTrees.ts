// Trees that no commit has: a commit with some of its hunks only. Writes objects, no refs.
import type { FileChange, Proposal } from '../../protocol/proposal.ts';
import { failure, type Result, success } from '../../protocol/result.ts';
import { type Entry, editTree, readFolders } from '../editTree.ts';
import type { Repository } from '../git.ts';
import { applyHunks } from '../hunks.ts';
import { type PathBytes, pathBytesOf } from '../pathBytes.ts';
import { makeProposal } from '../proposal.ts';

/** The base with the chosen hunks of the change from base to candidate. */
export async function treeOfHunks(
  repository: Repository,
  baseTree: string,
  candidateTree: string,
  ids: ReadonlySet<string>,
): Promise<Result<string>> {
  const proposal = await makeProposal(repository, baseTree, candidateTree);
  return proposal.ok ? await treeOfChosen(repository, proposal.value, ids) : proposal;
}

/** The same, of a proposal that is there already. */
export async function treeOfChosen(
  repository: Repository,
  { baseTree, files }: Proposal,
  ids: ReadonlySet<string>,
): Promise<Result<string>> {
  const edits = new Map<PathBytes, Entry | undefined>();
  for (const file of files) {
    const chosen = file.hunks.filter(({ id }) => ids.has(id));
    if (chosen.length === 0) continue;
    const entry = await entryOf(repository, file, chosen);
    if (!entry.ok) return entry;
    edits.set(pathBytesOf(file.path), entry.value);
  }
  return success(await edited(repository, baseTree, edits));
}

async function entryOf(
  repository: Repository,
  file: FileChange,
  chosen: FileChange['hunks'],
): Promise<Result<Entry | undefined>> {
  const { baseBlob, candidateBlob, baseMode, candidateMode } = file;
  const isText = chosen.every(({ kind }) => kind === 'text' || kind === 'mode');
  if (candidateBlob === null || candidateMode === null) return success(undefined);
  if (!isText || baseBlob === null || baseMode === null) return success({ mode: candidateMode, id: candidateBlob });
  const mode = chosen.some(({ kind }) => kind === 'mode') ? candidateMode : baseMode;
  const hunks = chosen.filter(({ kind }) => kind === 'text');
  const base = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await repository.git.blob(baseBlob));
  const { text, outcomes } = applyHunks({ base, current: base, applied: [], hunks });
  const stale = outcomes.find(({ state }) => state === 'stale');
  if (text === undefined || stale !== undefined)
    return failure('stale', `A hunk of ${file.path} cannot be applied by itself: ${stale?.message ?? 'no text'}`);
  return success({ mode, id: await repository.git.writeBlob(new TextEncoder().encode(text)) });
}

async function edited(
  repository: Repository,
  tree: string,
  edits: ReadonlyMap<PathBytes, Entry | undefined>,
): Promise<string> {
  if (edits.size === 0) return tree;
  const folders = await readFolders(repository.git, tree, edits.keys());
  if (folders === undefined) throw new Error('A path of the history has a line break and cannot be put into a tree.');
  return await editTree(repository.git, tree, folders, edits);
}
