// The invariants gate while a person types: the same rules, baseline and findings for the text of one file. It gives no
// verdict; what it leaves out, the gate judges.

import { type BaselineEntry, compareWithBaseline, identify } from '../invariants/baseline.ts';
import type { LiveTree } from '../invariants/live/liveEngine.ts';
import { isLive } from '../invariants/live/liveKinds.ts';
import type { Violation } from '../invariants/messages.ts';
import type { InvariantRule } from '../protocol/rules.ts';
import type { Finding } from '../protocol/verdict.ts';
import { readBaselines } from './baselineFindings.ts';
import type { GateContext } from './gate.ts';
import { findingOf, rulesOfChange } from './invariants.ts';
import { plainFiles } from './treeReader.ts';

/** What texts are judged in, and what is tolerated there. */
export interface LiveGround extends LiveTree {
  /** Only rules that can be judged by one file. */
  readonly rules: readonly InvariantRule[];
  readonly baseTree: string;
  readonly entries: readonly BaselineEntry[];
  /** Paths that differ from the base, with the path there. */
  readonly changed: ReadonlyMap<string, string>;
}

/** undefined where no rule can be judged while typing: there is none, or rule files cannot be read, which the gate tells. */
export async function liveGround(
  context: Pick<GateContext, 'files' | 'baseTree' | 'candidateTree'>,
  root: string,
): Promise<LiveGround | undefined> {
  const { files, baseTree, candidateTree } = context;
  const loaded = await rulesOfChange(context);
  // Examples are tests of the rules, and would only be carried about.
  const rules = loaded.rules.filter(isLive).map((rule) => ({ ...rule, valid: [], invalid: [] }));
  if (loaded.problems.length > 0 || rules.length === 0) return undefined;
  const changes = baseTree === candidateTree ? [] : await files.changed(baseTree, candidateTree);
  return {
    session: `${baseTree} ${candidateTree}`,
    root,
    baseTree,
    rules,
    files: await plainFiles(files, candidateTree),
    base: await plainFiles(files, baseTree),
    entries: (await readBaselines(files, baseTree, candidateTree)).entries,
    changed: new Map(changes.map(({ path, oldPath }) => [path, oldPath ?? path])),
  };
}

/** New violations of one file. Code that came from a file that changed too may have brought its entry along. */
export function liveFindings(
  path: string,
  violations: readonly Violation[],
  { entries, changed, rules }: Pick<LiveGround, 'entries' | 'changed' | 'rules'>,
): Finding[] {
  const before = changed.get(path) ?? path;
  const places = new Set([before, ...changed.keys(), ...changed.values()]);
  const identified = identify(violations, new Map([[path, before]]));
  const { fresh } = compareWithBaseline(
    identified,
    entries.filter((entry) => places.has(entry.path)),
  );
  const severityOf = new Map(rules.map(({ id, severity }) => [id, severity]));
  return fresh.map((one) => findingOf(one, severityOf.get(one.violation.rule) ?? 'error'));
}
