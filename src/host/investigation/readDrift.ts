// How the rules that speak of a file fared in its history: judged on every commit that changed it, under all its names, and on
// what is not committed yet. Reads objects only.
import { rulesOfTree } from '../../gates/invariants.ts';
import { readCommitLog } from '../../gym/commitLog.ts';
import { readCommits } from '../../gym/history/readHistory.ts';
import { treeOfRevision } from '../../gym/snapshot.ts';
import { globMatcher } from '../../invariants/globs.ts';
import type { FileDrift, RuleDrift } from '../../protocol/drift.ts';
import type { HistoryCommit } from '../../protocol/investigation.ts';
import { failure, type Result, success } from '../../protocol/result.ts';
import type { HistoryEvent } from '../../protocol/ruleDocuments.ts';
import type { InvariantRule } from '../../protocol/rules.ts';
import type { JudgeParts } from '../judge.ts';
import { metricDrift } from './metricDrift.ts';

/** Stands for what is not committed yet. */
const uncommitted = '0'.repeat(40);

export async function readDrift(
  { tree, file, rule }: { readonly tree: string; readonly file: string; readonly rule: string | null },
  { repository, files, engine }: JudgeParts,
  signal: AbortSignal,
): Promise<Result<FileDrift>> {
  const loaded = await rulesOfTree(files, tree);
  const [broken] = loaded.problems;
  if (broken !== undefined) return failure('configuration', `${broken.path}:${broken.line}: ${broken.message}`);
  const { git } = repository;
  const names = await namesOf(git, file, signal);
  const asked = loaded.rules.filter(({ id }) => rule === null || id === rule);
  if (rule !== null && asked.length === 0) return failure('usage', `There is no rule ${rule}.`);
  const rules = asked.flatMap((one) => narrowed(one, names) ?? []);
  const log = await readCommitLog(repository, 'HEAD', undefined, signal);
  if (!log.ok) return log;
  const head = await treeOfRevision(repository, 'HEAD');
  if (!head.ok) return head;
  const isOfFile = new Set(names);
  // All commits go in: where an import leads depends on the other files.
  const commits = [...log.value.commits];
  const now = (await files.list(tree)).find(({ path }) => path === file);
  const before = (await files.list(head.value)).find(({ path }) => path === file);
  if (now !== undefined && now.blob !== before?.blob)
    commits.push({
      ...{ id: uncommitted, time: Math.floor(Date.now() / 1000), subject: 'What is not committed yet' },
      changes: [{ path: file, blob: now.blob }],
    });
  const judged = await engine.judgeHistory({ start: log.value.start, commits }, rules, signal);
  if (!judged.ok) return judged;
  /** How many commits of the file there are up to each commit. */
  const counted = new Map<string, number>();
  let ofFile = 0;
  for (const { id, changes } of commits) {
    if (changes.some(({ path }) => isOfFile.has(path))) ofFile += 1;
    counted.set(id, ofFile);
  }
  const ids = new Set(judged.value.rules.flatMap(({ events }) => events.map(({ commit }) => commit)));
  ids.delete(uncommitted);
  const known = new Map((await readCommits(repository, [...ids], signal)).map((commit) => [commit.commit, commit]));
  const commitOf = ({ commit, subject, time }: HistoryEvent): HistoryCommit => ({
    ...(known.get(commit) ?? { commit: null, tree, parents: [], author: '', subject }),
    at: time * 1000,
  });
  const drifts = judged.value.rules.map((history): RuleDrift => {
    const of = rules.find(({ id }) => id === history.id);
    if (of?.kind === 'metric' && of.max === undefined && of.min === undefined && history.events.length > 0)
      return metricDrift(of, history, { commitOf, counted });
    // A rule that never held broke in its first commit.
    const first = history.now === 0 ? -1 : history.events.findLastIndex(({ kind }) => kind === 'broke');
    const event = history.events[first];
    const at = counted.get(event?.commit ?? '') ?? 0;
    const from = counted.get(history.events[first - 1]?.commit ?? '') ?? at;
    return {
      id: history.id,
      message: of?.message ?? '',
      rationale: of?.rationale ?? '',
      notJudged: history.notBacktested,
      now: history.now,
      since: event === undefined ? null : commitOf(event),
      worse: history.events
        .slice(first + 1)
        .filter(({ kind }) => kind === 'worse' && history.now > 0)
        .map((one) => ({ commit: commitOf(one), violations: one.violations })),
      heldFor: at - from,
      repaired: history.events.filter(({ kind }) => kind === 'repaired').length,
    };
  });
  return success({ rules: drifts, commits: counted.get(commits.at(-1)?.id ?? '') ?? 0, names });
}

/** The rule, speaking of these names alone; undefined when it speaks of none of them. */
export function narrowed(rule: InvariantRule, names: readonly string[]): InvariantRule | undefined {
  const scope =
    rule.kind === 'imports' ? rule.from : 'files' in rule && Array.isArray(rule.files) ? rule.files : undefined;
  if (scope === undefined) return undefined;
  const [isIncluded, isExcluded] = [globMatcher(scope), globMatcher('except' in rule ? (rule.except ?? []) : [])];
  const spoken = names.filter((name) => isIncluded(name) && !isExcluded(name)).map(literal);
  if (spoken.length === 0) return undefined;
  if (rule.kind === 'imports') return { ...rule, from: spoken };
  switch (rule.kind) {
    case 'calls':
    case 'select':
    case 'pattern':
    case 'metric':
      return { ...rule, files: spoken };
    default:
      return undefined;
  }
}

/** A path as a glob of itself: names of routes have brackets. */
const literal = (path: string): string => path.replace(/[\\*?[\]{}()!+@|]/g, '\\$&');

async function namesOf(git: JudgeParts['repository']['git'], file: string, signal: AbortSignal): Promise<string[]> {
  const args = ['log', '--follow', '--name-only', '-z', '--format=', 'HEAD', '--', file];
  const listed = await git.bytes(args, { signal });
  const names = listed
    .toString('utf8')
    .split('\0')
    .map((name) => name.trim());
  return [...new Set([file, ...names.filter((name) => name !== '')])];
}
