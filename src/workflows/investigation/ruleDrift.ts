// Drift: which rules of a file slipped, when, by whom and in which change. The history says so; nothing is run.
import type { Activities } from '../../controller/workflow.ts';
import type { FileDrift, RuleDrift } from '../../protocol/drift.ts';
import type { Evidence, HistoryCommit, InvestigateInput, InvestigationOutcome } from '../../protocol/investigation.ts';
import { unmeasured } from './conclude.ts';
import { nameOf } from './oracleRuns.ts';

export async function ruleDrift(
  input: InvestigateInput,
  rule: string | null,
  tree: string,
  act: Activities,
): Promise<InvestigationOutcome> {
  const drift = await act.readDrift({ tree, file: input.file, rule }, 'How the rules of the file fared');
  const slipped = slippedOf(drift);
  const [newest] = slipped;
  if (newest?.since == null) return conclude(input, rule, drift, slipped, []);
  const names = new Set(drift.names);
  const question = { commit: newest.since, todayTree: tree, overlay: [] };
  const read = newest.since.commit === null ? null : await act.readHunks(question, `Hunks of ${nameOf(newest.since)}`);
  const hunks = (read?.hunks ?? []).filter(({ path }) => names.has(path));
  return conclude(input, rule, drift, slipped, hunks);
}

/** Those that do not hold, the last one to break first. */
const slippedOf = ({ rules }: FileDrift): RuleDrift[] =>
  rules
    .filter(({ now }) => now > 0)
    .sort((a, b) => (b.since?.at ?? 0) - (a.since?.at ?? 0) || a.id.localeCompare(b.id));

function conclude(
  input: InvestigateInput,
  rule: string | null,
  drift: FileDrift,
  slipped: readonly RuleDrift[],
  hunks: InvestigationOutcome['hunks'],
): InvestigationOutcome {
  const judged = drift.rules.filter(({ notJudged }) => notJudged === null);
  const isJudged = judged.length > 0;
  const neverHeld = slipped.length > 0 && slipped.every(({ heldFor }) => heldFor === 0);
  return {
    outcome: slipped.length === 0 ? 'unproven' : neverHeld ? 'born' : 'cause',
    summary: summaryOf(input.file, drift, slipped),
    confidence: slipped.length > 0 ? 1 : 0,
    symptom: rule === null ? `A rule slipped in ${input.file}` : `The rule ${rule} slipped in ${input.file}`,
    culprits: distinct(slipped.flatMap(({ since }) => since ?? [])),
    hunks: [...hunks],
    evidence: slipped.flatMap((one) => evidenceOf(one, input.file)),
    ruledOut: judged
      .filter(({ now }) => now === 0)
      .map(({ id, repaired, levels }) =>
        levels === undefined
          ? `${id} holds${repaired === 0 ? '' : `; it was broken and repaired ${times(repaired)}`}.`
          : `${id} ${levels.length === 1 ? 'stays on its level' : 'last went down'}: ${levelsText(levels)}.`,
      ),
    unknown: [
      ...drift.rules.flatMap(({ id, notJudged }) => (notJudged === null ? [] : [`${id}: ${notJudged}`])),
      ...(isJudged ? [] : ['Whether the file keeps any rule: none that can be judged over history speaks of it.']),
      ...(slipped.length > 0 ? ['Why it was done: the history says when and by whom.'] : []),
    ],
    runs: 0,
    cachedRuns: 0,
    commits: drift.commits,
    ...unmeasured,
    reportPath: null,
  };
}

function summaryOf(file: string, { rules, commits }: FileDrift, slipped: readonly RuleDrift[]): string {
  const [newest, ...others] = slipped;
  const judged = rules.filter(({ notJudged }) => notJudged === null).length;
  if (judged === 0) return `No rule that can be judged over history speaks of ${file}.`;
  if (newest?.since == null) return `All ${judged} rules that speak of ${file} hold, after ${commits} commits.`;
  const more = others.length === 0 ? '' : ` ${others.length} more slipped before.`;
  if (newest.levels !== undefined)
    return `${newest.id} went up in ${nameOf(newest.since)}, ${levelsText(newest.levels.slice(-2))}.${more}`;
  const when =
    newest.heldFor === 0
      ? `has not held since the file's first commit with it, ${nameOf(newest.since)}`
      : `held for ${newest.heldFor} commits of the file and broke in ${nameOf(newest.since)}`;
  return `${newest.id} ${when}.${more}`;
}

type Levels = NonNullable<RuleDrift['levels']>;

/** "from about 42 over 12 commits of the file to about 118 over 3" */
const levelsText = (levels: Levels): string =>
  levels
    .map(({ mean, commits }, index) => {
      const often = index > 0 ? commits : commits === 1 ? '1 commit of the file' : `${commits} commits of the file`;
      return `${index === 0 ? 'from' : 'to'} about ${Math.round(mean)} over ${often}`;
    })
    .join(' ');

function evidenceOf({ id, message, now, since, worse, heldFor, levels }: RuleDrift, path: string): Evidence[] {
  const at = { path, line: null, command: null };
  if (levels !== undefined)
    return levels.map(({ from, mean, commits }, index) => {
      const before = levels[index - 1]?.mean;
      const way = before === undefined ? 'begins at' : mean > before ? 'goes up to' : 'goes down to';
      const text = `${id} ${way} about ${Math.round(mean)} in ${nameOf(from)}${by(from)}, and stays there for ${commits} ${commits === 1 ? 'commit' : 'commits'} of the file`;
      return {
        text: `${text}${index === levels.length - 1 ? `; ${now} today. ${message}` : '.'}`,
        commit: from.commit,
        ...at,
      };
    });
  const broke = heldFor === 0 ? 'was broken from the start' : `broke after ${heldFor} commits of the file`;
  return [
    {
      text: `${id} ${broke}${since === null ? '' : ` in ${nameOf(since)}${by(since)}`}; ${now} today. ${message}`,
      commit: since?.commit ?? null,
      ...at,
    },
    ...worse.map(({ commit, violations }) => ({
      text: `${id} became worse in ${nameOf(commit)}${by(commit)}: ${violations}`,
      commit: commit.commit,
      ...at,
    })),
  ];
}

const by = ({ author }: HistoryCommit): string => (author === '' ? '' : ` by ${author}`);
const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

function distinct(commits: readonly HistoryCommit[]): HistoryCommit[] {
  return [...new Map(commits.map((commit) => [commit.commit, commit])).values()];
}
