// The trees that oracles are asked about: a commit, or some of its hunks, with today's tests laid over it. Writes objects, no refs.
import type { HistoryCommit, OverlayFile } from '../../protocol/investigation.ts';
import type { Proposal } from '../../protocol/proposal.ts';
import { type Result, success } from '../../protocol/result.ts';
import { editTree, entryAt } from '../editTree.ts';
import type { Repository } from '../git.ts';
import { pathBytesOf } from '../pathBytes.ts';
import { makeProposal } from '../proposal.ts';
import type { TreeFile } from '../snapshot.ts';
import { kindFiles, type ReadAt } from './moduleKind.ts';
import { treeOfChosen } from './partialTrees.ts';
import { TreeObjects } from './treeObjects.ts';

export interface OracleQuestion {
  readonly commit: HistoryCommit;
  /** Where the overlay is from. */
  readonly todayTree: string;
  readonly overlay: readonly OverlayFile[];
  readonly hunks: { readonly baseTree: string; readonly ids: readonly string[] } | null;
}

export class OracleTrees {
  readonly #repository: Repository;
  readonly #objects: TreeObjects;
  readonly #texts = new Map<string, string>();
  readonly #proposals = new Map<string, Promise<Result<Proposal>>>();

  constructor(repository: Repository) {
    this.#repository = repository;
    this.#objects = new TreeObjects(repository);
  }

  async of({ commit, todayTree, overlay, hunks }: OracleQuestion): Promise<Result<string>> {
    const own = hunks === null ? success(commit.tree) : await this.#treeOfHunks(commit, hunks.baseTree, hunks.ids);
    if (!own.ok) return own;
    return success(await this.#laidOver(own.value, todayTree, overlay));
  }

  /** Every file of a tree, which is read once. */
  async list(tree: string): Promise<TreeFile[]> {
    return await this.#objects.list(tree);
  }

  dispose(): void {
    this.#objects.dispose();
    this.#proposals.clear();
  }

  async #treeOfHunks(commit: HistoryCommit, baseTree: string, ids: readonly string[]): Promise<Result<string>> {
    const key = `${baseTree} ${commit.tree}`;
    const making = this.#proposals.get(key) ?? makeProposal(this.#repository, baseTree, commit.tree);
    this.#proposals.set(key, making);
    const proposal = await making;
    return proposal.ok ? await treeOfChosen(this.#repository, proposal.value, new Set(ids)) : proposal;
  }

  async #laidOver(tree: string, todayTree: string, overlay: readonly OverlayFile[]): Promise<string> {
    if (overlay.length === 0 || tree === todayTree) return tree;
    const edits = new Map(overlay.map(({ path, mode, blob }) => [pathBytesOf(path), { mode, id: blob }]));
    for (const { path, text } of await kindFiles(overlay, this.#readerOf(todayTree), this.#readerOf(tree)))
      edits.set(pathBytesOf(path), { mode: '100644', id: await this.#written(text) });
    const folders = await this.#objects.folders(tree, edits.keys());
    return await editTree(this.#repository.git, tree, folders, edits);
  }

  #readerOf(tree: string): ReadAt {
    return async (path) => {
      const name = pathBytesOf(path);
      const entry = entryAt(await this.#objects.folders(tree, [name]), name);
      return entry?.mode.startsWith('100') === true ? await this.#objects.blob(entry.id) : undefined;
    };
  }

  async #written(text: string): Promise<string> {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const id = await this.#repository.git.writeBlob(new TextEncoder().encode(text));
    this.#texts.set(text, id);
    return id;
  }
}
