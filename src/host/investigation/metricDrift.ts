// How a number without a limit fared in a file: its levels, and since when it is on the highest that it came to. A number that
// grows bit by bit slips as well as one that jumps.
import type { RuleDrift } from '../../protocol/drift.ts';
import type { HistoryCommit } from '../../protocol/investigation.ts';
import type { HistoryEvent, RuleHistory } from '../../protocol/ruleDocuments.ts';
import type { MetricRule } from '../../protocol/treeRules.ts';
import { levelsOf } from '../../workflows/investigation/changePoints.ts';

interface Known {
  readonly commitOf: (event: HistoryEvent) => HistoryCommit;
  /** How many commits of the file there are up to each commit. */
  readonly counted: ReadonlyMap<string, number>;
}

export function metricDrift(rule: MetricRule, history: RuleHistory, { commitOf, counted }: Known): RuleDrift {
  const places = history.events.map((event) => ({ event, at: counted.get(event.commit) ?? 0 }));
  const first = places[0]?.at ?? 0;
  const last = Math.max(first, ...counted.values());
  // A commit of the file that leaves the number as it is counts too.
  const inForce = Array.from({ length: last - first + 1 }, (_, index) =>
    places.findLast(({ at }) => at <= first + index),
  );
  const found = levelsOf(inForce.map((place) => place?.event.violations ?? 0));
  const levels = found.flatMap(({ start, length, mean }) => {
    const event = inForce[start]?.event;
    return event === undefined ? [] : [{ from: commitOf(event), mean, commits: length }];
  });
  const [before, now] = [levels.at(-2), levels.at(-1)];
  const isWorse = before !== undefined && now !== undefined && now.mean > before.mean;
  return {
    id: history.id,
    message: rule.message,
    rationale: rule.rationale,
    notJudged: history.notBacktested,
    now: isWorse ? history.now : 0,
    since: isWorse ? now.from : null,
    worse: [],
    heldFor: isWorse ? before.commits : 0,
    repaired: 0,
    levels,
  };
}
