// From a merge that brought the symptom to the commit inside of it. A branch that is fine by itself leaves the merge guilty.
import type { Activities } from '../../controller/workflow.ts';
import type { HistoryCommit } from '../../protocol/investigation.ts';
import { findCulprit } from './findCulprit.ts';
import { likelyCulprits } from './likelyCulprits.ts';
import { nameOf, type OracleRuns, shortId } from './oracleRuns.ts';
import { type Found, targetConfidence } from './search.ts';

export interface Inside {
  readonly found: Found;
  readonly culprits: readonly HistoryCommit[];
  readonly notes: readonly string[];
}

export interface InsideSearch {
  readonly parallel: number;
  /** Files whose changes are likelier to be the cause. */
  readonly reached: readonly string[];
}

/** Merges in merges that are followed. */
const maxDepth = 8;

export async function enterMerges(
  found: Found,
  commits: readonly HistoryCommit[],
  runs: Pick<OracleRuns, 'ask'>,
  how: InsideSearch,
  act: Activities,
): Promise<Inside> {
  let inside: Inside = { found, culprits: found.candidates.flatMap((index) => commits[index] ?? []), notes: [] };
  for (let depth = 0; depth < maxDepth; depth += 1) {
    const [merge, ...others] = inside.culprits;
    if (merge === undefined || others.length > 0 || merge.parents.length < 2 || found.kind !== 'culprit') break;
    const deeper = await enter(merge, inside, runs, how, act);
    inside = deeper.inside;
    if (!deeper.isDeeper) break;
  }
  return inside;
}

async function enter(
  merge: HistoryCommit,
  before: Inside,
  runs: Pick<OracleRuns, 'ask'>,
  how: InsideSearch,
  act: Activities,
): Promise<{ inside: Inside; isDeeper: boolean }> {
  const [main = '', ...branches] = merge.parents;
  const notes = [...before.notes];
  for (const from of branches) {
    const label = `Commits inside of the merge ${shortId(merge)}`;
    const asked = { tree: null, from, good: main, reached: [...how.reached] };
    const { commits, good, near } = await act.readHistory(asked, label);
    if (commits.length === 0) continue;
    const search = {
      size: commits.length,
      hasGood: good !== null,
      parallel: how.parallel,
      target: targetConfidence,
      likely: likelyCulprits({ commits, near }),
    };
    const ask = async (position: number, attempt: number) => {
      const commit = commits[position] ?? good;
      return commit === null ? 'untestable' : await runs.ask(commit, attempt);
    };
    const found = await findCulprit(search, ask);
    if (found.kind === 'culprit' || found.kind === 'born') {
      notes.push(`It came in by the merge ${nameOf(merge)}.`);
      const confidence = before.found.confidence * found.confidence;
      const culprits = found.candidates.flatMap((index) => commits[index] ?? []);
      return { inside: { found: { ...found, confidence }, culprits, notes }, isDeeper: true };
    }
    notes.push(
      found.kind === 'notReproduced'
        ? `The branch that ${shortId(merge)} merges is fine by itself: the merge is what broke it.`
        : `Inside of the merge ${shortId(merge)}, no commit could be told to be the cause.`,
    );
  }
  return { inside: { ...before, notes }, isDeeper: false };
}
