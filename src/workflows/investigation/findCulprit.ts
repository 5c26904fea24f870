// The search for the commit a symptom began with: noisy bisection, with commits skipped that cannot be tested.
// It asks for runs and believes what they say; deterministic, so that a replay asks for the same.
import { bornAfter, chooseProbes } from './chooseProbes.ts';
import { Posterior } from './posterior.ts';
import type { AskProbe, Found, SearchOptions, Seen } from './search.ts';

/** Runs of the newest commit before it counts as not reproduced. */
const firstRuns = 5;
/** Commits that could not be tested before the search is content with the stretch that they lie in. */
const maxUntestable = 16;

export async function findCulprit(options: SearchOptions, ask: AskProbe): Promise<Found> {
  const { size, hasGood, target } = options;
  let posterior = Posterior.before(size, hasGood, options.likely);
  const seen = new Map<number, Seen>();
  let runs = 0;
  const end = (kind: Found['kind'], candidates: readonly number[], confidence: number): Found => ({
    kind,
    candidates,
    confidence,
    noise: posterior.noise(),
    runs,
  });
  const limit = Math.ceil(5 * Math.log2(size + 1)) + 40;
  let unshown: readonly number[] = [];
  for (let round = 0; runs < limit; round += 1) {
    const batch = unshown.length > 0 ? unshown : chooseProbes(posterior, seen, { ...options, round });
    if (batch.length === 0) break;
    const asking = Promise.all(batch.map((at) => ask(at, timesSeen(seen.get(at)))));
    const learning = round === 0 ? options.learn?.() : undefined;
    const [answers, likely] = await Promise.all([asking, learning]);
    // Nothing was run before that.
    if (likely !== undefined) posterior = Posterior.before(size, hasGood, likely);
    batch.forEach((at, index) => {
      const answer = answers[index] ?? 'untestable';
      runs += 1;
      const known = seen.get(at) ?? { passed: 0, failed: 0, untestable: 0 };
      known[answer] += 1;
      seen.set(at, known);
      if (answer !== 'untestable') posterior.observe(at, answer === 'failed');
    });
    const newest = seen.get(0);
    if (newest !== undefined && newest.untestable > 0) return end('untestable', [], 1);
    if (newest !== undefined && newest.failed === 0) {
      if (newest.passed >= firstRuns) return end('notReproduced', [], 1);
      continue;
    }
    if (posterior.none >= target) return end('flaky', [], posterior.none);
    if (posterior.older >= target) return end('older', [], posterior.older);
    // What is older than a shallow clone may have worked.
    if (options.isOpen === true && !hasGood && (seen.get(size - 1)?.failed ?? 0) > 0) return end('older', [], 1);
    const born = bornWith(seen, options);
    if (born !== undefined) return end('born', [born], 1 - posterior.noise().flaky);
    const best = bestGroup(posterior, seen);
    unshown = best.confidence >= target ? unshownEnds(best.candidates, seen, options) : [];
    if (unshown.length > 0) continue;
    if (best.confidence >= target) return end('culprit', best.candidates, best.confidence);
    const stretch = stretchBetween(posterior, seen);
    if (stretch.confidence >= target) return end('culprit', stretch.candidates, stretch.confidence);
  }
  const best = bestGroup(posterior, seen);
  if (posterior.none > best.confidence) return end('flaky', [], posterior.none);
  const isShown = best.confidence >= 0.5 && unshownEnds(best.candidates, seen, options).length === 0;
  return end(isShown ? 'culprit' : 'unsure', best.candidates, best.confidence);
}

const timesSeen = (seen: Seen | undefined): number => (seen === undefined ? 0 : seen.passed + seen.failed);

/** Commits that only untestable ones stand between cannot be told apart: their chances are summed. */
function bestGroup(
  posterior: Posterior,
  seen: ReadonlyMap<number, Seen>,
): { candidates: number[]; confidence: number } {
  const culprits = posterior.culprits();
  let best: { candidates: number[]; confidence: number } = { candidates: [], confidence: 0 };
  let open: { candidates: number[]; confidence: number } = { candidates: [], confidence: 0 };
  culprits.forEach((chance, index) => {
    if ((seen.get(index)?.untestable ?? 0) === 0) open = { candidates: [], confidence: 0 };
    open.candidates.push(index);
    open.confidence += chance;
    if (open.confidence > best.confidence) best = { ...open };
  });
  return best;
}

/** What was only inferred: that the newest of the candidates fails, and that what stands before the oldest passes. */
function unshownEnds(
  candidates: readonly number[],
  seen: ReadonlyMap<number, Seen>,
  { size, hasGood }: SearchOptions,
): number[] {
  const [newest = 0, before] = [candidates[0], (candidates.at(-1) ?? 0) + 1];
  const isOpen = (at: number, answer: 'failed' | 'passed') => {
    const known = seen.get(at);
    return known === undefined || (known[answer] === 0 && known.untestable === 0);
  };
  const last = hasGood ? size : size - 1;
  return [
    ...(isOpen(newest, 'failed') ? [newest] : []),
    ...(before <= last && isOpen(before, 'passed') ? [before] : []),
  ];
}

/** Where too much cannot be tested: all commits from the oldest failure to the newest one before it that passes. */
function stretchBetween(
  posterior: Posterior,
  seen: ReadonlyMap<number, Seen>,
): { candidates: number[]; confidence: number } {
  const all = [...seen].sort(([a], [b]) => a - b);
  const oldest = all.filter(([, known]) => known.failed > 0).at(-1)?.[0];
  const passing = all.find(([at, known]) => known.passed > 0 && at > (oldest ?? at))?.[0];
  const untestable = all.filter(([at, known]) => known.untestable > 0 && at > (oldest ?? at) && at < (passing ?? at));
  if (oldest === undefined || passing === undefined || untestable.length < maxUntestable)
    return { candidates: [], confidence: 0 };
  const candidates = Array.from({ length: passing - oldest }, (_, index) => oldest + index);
  const chances = posterior.culprits();
  return { candidates, confidence: candidates.reduce((sum, at) => sum + (chances[at] ?? 0), 0) };
}

/** The commit that the symptom was born with: nothing ever passed, and next to the oldest failure nothing can be tested. */
function bornWith(seen: ReadonlyMap<number, Seen>, { size, hasGood }: SearchOptions): number | undefined {
  const all = [...seen].sort(([a], [b]) => a - b);
  if (all.some(([, { passed }]) => passed > 0)) return undefined;
  const failed = all.filter(([, known]) => known.failed > 0).at(-1)?.[0];
  if (failed === undefined) return undefined;
  // The first commit of a history fails: there is nothing before it.
  if (failed === size - 1 && !hasGood) return failed;
  const older = all.filter(([at]) => at > failed);
  const oldest = hasGood ? size : size - 1;
  const enough = Math.min(bornAfter, oldest - failed);
  return older.length >= enough && older[0]?.[0] === failed + 1 ? failed : undefined;
}
