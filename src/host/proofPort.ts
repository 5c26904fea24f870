// The trees and runs by which a gate shows more than that tests pass. It decides nothing.
import type { ProofPort } from '../gates/proof.ts';
import type { TreeReader } from '../gates/treeReader.ts';
import type { Repository } from '../gym/git.ts';
import { OracleTrees } from '../gym/history/oracleTrees.ts';
import { revertHunks } from '../gym/history/revertHunks.ts';
import { type Oracle, type OverlayFile, type ProbeResult, uncommitted } from '../protocol/investigation.ts';
import type { Proof } from '../protocol/proof.ts';
import { type Result, success } from '../protocol/result.ts';

/** Runs an oracle on a tree, by the configuration of the base. */
export type AskOracle = (tree: string, oracle: Oracle, signal: AbortSignal) => Promise<Result<ProbeResult>>;

interface ProofParts {
  readonly repository: Repository;
  readonly files: TreeReader;
}

export function proofPort(
  asked: Proof,
  { baseTree, candidateTree }: { readonly baseTree: string; readonly candidateTree: string },
  parts: ProofParts,
  ask: AskOracle,
): ProofPort {
  if (asked.kind === 'fix')
    return {
      ...{ kind: 'fix', asked },
      ask: async (tree, signal) => {
        const laid = await laidOver(parts, tree, baseTree, asked.files);
        return laid.ok ? await ask(laid.value, asked.oracle, signal) : laid;
      },
    };
  return {
    ...{ kind: 'regressionTest', asked },
    layOver: async (paths) => {
      const reverted = await revertHunks(parts.repository, { ...asked, todayTree: baseTree });
      if (!reverted.ok) return reverted;
      const { with: before, without, isToday } = reverted.value;
      const broken = await laidOver(parts, before, candidateTree, paths);
      if (!broken.ok) return broken;
      const mended = await laidOver(parts, without, candidateTree, paths);
      if (!mended.ok) return mended;
      return success({ before, with: broken.value, without: mended.value, isToday });
    },
  };
}

/** A tree with some files of another; those that the other does not have stay as they are. */
async function laidOver(
  { repository, files }: ProofParts,
  tree: string,
  from: string,
  paths: readonly string[],
): Promise<Result<string>> {
  const wanted = new Set(paths);
  const overlay: OverlayFile[] = (await files.list(from)).filter(({ path }) => wanted.has(path));
  const trees = new OracleTrees(repository);
  try {
    const made = await trees.of({ commit: uncommitted(tree), todayTree: from, overlay, hunks: null });
    return made;
  } finally {
    trees.dispose();
  }
}
