// The trees that oracles are asked about: a commit, or some of its hunks, with today's tests laid over it. Writes objects, no refs.
import type { HistoryCommit, OverlayFile } from '../../protocol/investigation.ts';
import type { Proposal } from '../../protocol/proposal.ts';
import { type Result, success } from '../../protocol/result.ts';
import { editTree } from '../editTree.ts';
import type { Repository } from '../git.ts';
import { pathBytesOf } from '../pathBytes.ts';
import { makeProposal } from '../proposal.ts';
import type { TreeFile } from '../snapshot.ts';
import { treeOfChosen } from './partialTrees.ts';
import { digestOfRelevant } from './relevantFiles.ts';
import { TreeObjects } from './treeObjects.ts';

export interface OracleQuestion {
  readonly commit: HistoryCommit;
  readonly overlay: readonly OverlayFile[];
  readonly hunks: { readonly baseTree: string; readonly ids: readonly string[] } | null;
}

export interface OracleTree {
  readonly tree: string;
  readonly files: readonly TreeFile[];
  /** The same for trees that differ in files only that cannot matter. */
  readonly digest: string;
}

export class OracleTrees {
  readonly #repository: Repository;
  readonly #objects: TreeObjects;
  readonly #proposals = new Map<string, Promise<Result<Proposal>>>();

  constructor(repository: Repository) {
    this.#repository = repository;
    this.#objects = new TreeObjects(repository);
  }

  async of({ commit, overlay, hunks }: OracleQuestion): Promise<Result<OracleTree>> {
    const own = hunks === null ? success(commit.tree) : await this.#treeOfHunks(commit, hunks.baseTree, hunks.ids);
    if (!own.ok) return own;
    const tree = await this.#laidOver(own.value, overlay);
    const files = await this.#objects.list(tree);
    return success({ tree, files, digest: digestOfRelevant(files) });
  }

  async pathsOf(tree: string): Promise<string[]> {
    return (await this.#objects.list(tree)).map(({ path }) => path);
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

  async #laidOver(tree: string, overlay: readonly OverlayFile[]): Promise<string> {
    if (overlay.length === 0) return tree;
    const edits = new Map(overlay.map(({ path, mode, blob }) => [pathBytesOf(path), { mode, id: blob }]));
    const folders = await this.#objects.folders(tree, edits.keys());
    return await editTree(this.#repository.git, tree, folders, edits);
  }
}
