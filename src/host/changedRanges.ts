// Which lines of the candidate a change touched, by file: what the editor marks with what the gates say.

import type { Repository } from '../gym/git.ts';
import { makeProposal } from '../gym/proposal.ts';
import type { ChangedRanges } from '../protocol/cliDocuments.ts';
import { type Result, success } from '../protocol/result.ts';

export async function changedRanges(
  repository: Repository,
  baseTree: string,
  candidateTree: string,
): Promise<Result<ChangedRanges[]>> {
  const proposal = await makeProposal(repository, baseTree, candidateTree);
  if (!proposal.ok) return proposal;
  return success(
    proposal.value.files
      .filter(({ kind, binary }) => kind !== 'deleted' && !binary)
      .map(({ path, hunks }) => ({
        path,
        // Lines that were only removed leave the place where they stood.
        ranges: hunks.map(({ newStart, newLines }) => ({
          startLine: Math.max(1, newStart),
          endLine: Math.max(1, newStart + Math.max(0, newLines - 1)),
        })),
      })),
  );
}
