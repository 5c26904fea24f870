// What the runs amount to: the cause, its evidence, what is ruled out and what remains unknown. Says no more than they show.
import type { ActivityOutput } from '../../protocol/activities.ts';
import type {
  Evidence as EvidenceItem,
  HistoryCommit,
  InvestigateInput,
  InvestigationOutcome,
  Oracle,
} from '../../protocol/investigation.ts';
import { type KeptRun, nameOf, type OracleRuns } from './oracleRuns.ts';
import type { Found } from './search.ts';
import type { CauseHunks } from './shrinkCause.ts';

export interface Evidence {
  readonly input: InvestigateInput;
  readonly oracle: Oracle;
  readonly notes: readonly string[];
  readonly history: ActivityOutput<'readHistory'>;
  readonly runs: OracleRuns;
  /** What else was run: by another form of the oracle. */
  readonly beside: readonly OracleRuns[];
}

/** What an outcome has before anything was ranked or timed. */
export const unmeasured = { ranking: { suspects: [], note: null }, timings: [], grown: [], inquiry: null };
const nothing = {
  confidence: 0,
  culprits: [],
  hunks: [],
  evidence: [],
  runs: 0,
  cachedRuns: 0,
  commits: 0,
  ...unmeasured,
};

/** There is nothing to run, so nothing is claimed. */
export function concludeNothing(
  input: InvestigateInput,
  notes: readonly string[],
  summary = `No symptom was found around ${input.file} that can be run.`,
): InvestigationOutcome {
  const unknown = ['Whether anything is wrong: name a failing test, or a command that shows it.'];
  return {
    ...nothing,
    outcome: 'unproven',
    summary,
    symptom: symptomText(input, null),
    ruledOut: [...notes],
    unknown,
    reportPath: null,
  };
}

export function concludeCause(
  { input, oracle, notes, history, runs, beside }: Evidence,
  found: Found,
  culprits: readonly HistoryCommit[],
  hunks: CauseHunks | null,
  more: readonly string[],
): InvestigationOutcome {
  const isFound = found.kind === 'culprit' || found.kind === 'born';
  const executed = [runs, ...beside].reduce((sum, one) => sum + one.runs, 0);
  const asked = [runs, ...beside].reduce((sum, one) => sum + one.kept.length, 0);
  return {
    outcome: !isFound ? 'unproven' : found.kind === 'born' ? 'born' : culprits.length === 1 ? 'cause' : 'candidates',
    summary: summaryOf(found, culprits, hunks, history, runs.kept),
    confidence: isFound ? Math.min(1, found.confidence) : 0,
    symptom: symptomText(input, oracle),
    culprits: [...culprits],
    hunks: found.kind === 'culprit' ? [...(hunks?.hunks ?? [])] : [],
    evidence: evidenceOf(runs, culprits, oracle.kind === 'test' && oracle.isAlone === true ? beside : []),
    ruledOut: [...more, ...notes, ...ruledOut(runs.kept, found)],
    unknown: unknowns(found, culprits, hunks, history, runs.kept, oracle.kind === 'test' && oracle.isLoading === true),
    runs: executed,
    cachedRuns: asked - executed,
    commits: history.commits.length,
    ...unmeasured,
    reportPath: null,
  };
}

export function symptomText({ symptom, file }: InvestigateInput, oracle: Oracle | null): string {
  if (oracle?.kind === 'command') return `${oracle.command} fails`;
  if (oracle?.kind === 'test') {
    const alone = oracle.isAlone === true ? ', also without the other tests of its file, which are left out' : '';
    const { file, name, isLoading } = oracle;
    if (isLoading === true)
      return `${file} cannot be loaded in a clean copy of the repository, so no test in it is run`;
    return name === null ? `${file} fails` : `${name.slice(0, longestName)} in ${file} fails${alone}`;
  }
  if (symptom.kind === 'workedAt') return `${file} worked at ${symptom.revision}`;
  if (symptom.kind === 'slowerThan') return `${file} is slower than at ${symptom.revision}`;
  if (symptom.kind === 'words' && symptom.words !== '') return symptom.words;
  return `Something is wrong with ${file}`;
}

function summaryOf(
  found: Found,
  culprits: readonly HistoryCommit[],
  hunks: CauseHunks | null,
  { good, isShallow, commits }: ActivityOutput<'readHistory'>,
  kept: readonly KeptRun[],
): string {
  const [commit] = culprits;
  const oldest = commits.at(-1);
  switch (found.kind) {
    case 'culprit': {
      if (commit === undefined) return 'The runs point nowhere.';
      if (culprits.length > 1)
        return `It began with one of ${culprits.length} commits that cannot be told apart, from ${nameOf(culprits.at(-1) ?? commit)} to ${nameOf(commit)}.`;
      const places = (hunks?.hunks ?? []).map(({ path, startLine, today }) =>
        today === null ? `${path} (line ${startLine} of then)` : `${today.path}:${today.startLine}`,
      );
      const by = commit.commit === null ? '' : ` by ${commit.author}`;
      const where = hunks?.isMinimal === true && places.length <= 3 ? `, in ${places.join(' and ')}` : '';
      return `It began with ${nameOf(commit)}${by}${where}.`;
    }
    case 'born':
      return `It is not known to have ever been otherwise: it fails since ${commit === undefined ? 'its beginning' : nameOf(commit)}, and nothing before that can be tested. Either it was born with its feature, or today's test cannot run on older commits.`;
    case 'notReproduced':
      return 'The symptom is not there: the oracle passes on the working copy.';
    case 'untestable':
      if (kept.some(({ isOther, result }) => isOther && result.outcome === 'failed'))
        return 'It fails in another way each time on the working copy, so nothing can be compared with it.';
      return `The oracle cannot be run on the working copy, so nothing can be compared with it${whyUntestable(kept)}.`;
    case 'flaky':
      return `The oracle is flaky: it fails about ${percent(found.noise.falseFailure)} of the time, and did so before. No commit explains it.`;
    case 'older':
      if (good === null)
        return `It fails in every commit that can be looked at${oldest === undefined ? '' : `, back to ${nameOf(oldest)}`}${isShallow ? '. The clone is shallow: `git fetch --unshallow` brings what is older' : ', and the history is longer than that'}.`;
      return 'It fails at the revision that is said to have worked as well.';
    case 'unsure':
      return 'The runs contradict each other too much to name a commit.';
  }
}

/** Characters of a test's name that are shown. */
const longestName = 300;

function whyUntestable(kept: readonly KeptRun[]): string {
  const why = firstLine(kept.find(({ answer }) => answer === 'untestable')?.result.message ?? '').replace(/\.$/, '');
  return why === '' ? '' : `: ${why}`;
}

/** Until a hypothesis leads that held against its experiment. */
export const whyUnknown = 'Why these lines do it: that takes a person, or a policy.';

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** The failure itself, both sides of the culprit, and nothing that was not run. */
function evidenceOf(
  runs: OracleRuns,
  culprits: readonly HistoryCommit[],
  withOthers: readonly OracleRuns[],
): EvidenceItem[] {
  const { symptom, kept } = runs;
  const items: EvidenceItem[] = [];
  const item = (text: string, more: Partial<EvidenceItem>): EvidenceItem => ({
    text,
    commit: null,
    path: null,
    line: null,
    command: null,
    ...more,
  });
  if (symptom !== undefined) {
    const [place] = symptom.stack;
    const line = place === undefined ? {} : { path: place.path, line: place.line };
    items.push(item(`It fails today: ${firstLine(symptom.message)}`, { command: symptom.command, ...line }));
  }
  const [newest] = culprits;
  const before = culprits.at(-1)?.parents ?? [];
  const tell = (run: KeptRun) =>
    items.push(
      item(
        `${nameOf(run.commit)}: ${run.answer}${run.answer === 'failed' ? `, ${firstLine(run.result.message)}` : ''}`,
        {
          commit: run.commit.commit,
          command: run.result.command,
        },
      ),
    );
  const failing = kept.find(({ commit, answer }) => commit.commit === newest?.commit && answer === 'failed');
  if (failing !== undefined) tell(failing);
  // Commits that change only what cannot matter are not run, so the one that passed may be further back.
  const passing = kept
    .filter(({ answer }) => answer === 'passed')
    .sort(
      (a, b) =>
        Number(before.includes(b.commit.commit ?? '')) - Number(before.includes(a.commit.commit ?? '')) ||
        b.commit.at - a.commit.at,
    )[0];
  if (passing !== undefined) tell(passing);
  for (const { commit, answer, result } of withOthers.flatMap((one) => one.kept))
    items.push(
      item(`${nameOf(commit)}, with the other tests of its file: ${answer}`, {
        commit: commit.commit,
        command: result.command,
      }),
    );
  return items;
}

const firstLine = (text: string): string =>
  text
    .split('\n')
    .find((line) => line.trim() !== '')
    ?.trim() ?? 'no message';

function ruledOut(kept: readonly KeptRun[], found: Found): string[] {
  if (found.kind !== 'culprit') return [];
  const passed = new Set(kept.filter(({ answer }) => answer === 'passed').map(({ commit }) => commit.commit));
  const older = passed.size === 1 ? '1 older commit passes' : `${passed.size} older commits pass`;
  return passed.size === 0 ? [] : [`${older}, so nothing up to there is the cause.`];
}

function unknowns(
  found: Found,
  culprits: readonly HistoryCommit[],
  hunks: CauseHunks | null,
  history: ActivityOutput<'readHistory'>,
  kept: readonly KeptRun[],
  isLoading: boolean,
): string[] {
  const lines: string[] = [];
  const skipped = new Set(
    kept.filter(({ answer, isOther }) => answer === 'untestable' && !isOther).map(({ commit }) => commit.commit),
  );
  if (skipped.size > 0) lines.push(`${skipped.size} of the commits that were tried cannot be tested.`);
  if (culprits.length > 1) lines.push('Which of the candidates it is: commits between them cannot be tested.');
  const other = kept.find(({ isOther, result }) => isOther && result.outcome === 'failed' && result.signature !== '');
  const differs =
    other !== undefined &&
    kept.some(({ answer, result }) => answer === 'failed' && result.signature !== other.result.signature);
  if (differs)
    lines.push(
      `${nameOf(other.commit)} fails in another way, which was not taken for the symptom: ${firstLine(other.result.message)}`,
    );
  if (found.noise.flaky > 0.5)
    lines.push(
      `The oracle is flaky (about ${percent(Math.max(found.noise.falseFailure, found.noise.missedFailure))} of its answers are wrong); the confidence counts that in.`,
    );
  if (found.kind === 'culprit' && hunks !== null && !hunks.isMinimal)
    lines.push(`Which of its ${hunks.hunks.length} hunks matter was not settled.`);
  if (isLoading) {
    lines.push(
      'Whether the file can be loaded in the working copy: a clean copy has no files that git ignores but the dependencies, and not your environment.',
    );
    if (found.kind === 'older' || found.kind === 'born')
      lines.push("Whether the test file itself is wrong: today's was laid over every commit.");
  }
  lines.push(...limitsOf(history));
  if (found.kind === 'culprit') lines.push(whyUnknown);
  return lines;
}

/** What of the history could not be looked at. */
export function limitsOf({ isShallow, isCut }: ActivityOutput<'readHistory'>): string[] {
  return [
    ...(isShallow ? ['The clone is shallow: what is older than its border was not looked at.'] : []),
    ...(isCut ? ['The history is longer than what was looked at.'] : []),
  ];
}
