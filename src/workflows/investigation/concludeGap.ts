// What the timings amount to: how much slower, by which commit, in which functions; or that nothing can be seen, and how small a
// slowdown would have been seen. Says no more than the runs show.
import type { ActivityOutput } from '../../protocol/activities.ts';
import type {
  CauseHunk,
  Evidence,
  InvestigateInput,
  InvestigationOutcome,
  Oracle,
} from '../../protocol/investigation.ts';
import type { GrownFunction, Timing, TimingMeasure } from '../../protocol/timing.ts';
import { limitsOf, unmeasured } from './conclude.ts';
import type { Inside } from './enterMerges.ts';
import { nameOf } from './oracleRuns.ts';
import { errorRate } from './timing/looks.ts';
import { medianOf } from './timing/signedRank.ts';
import { type Comparison, type TimedRuns, typicalRatio } from './timing/timedRuns.ts';

interface Asked {
  readonly input: InvestigateInput;
  readonly oracle: Oracle;
  readonly revision: string;
  readonly notes: readonly string[];
  readonly span: string | undefined;
}

export interface GapEvidence {
  readonly history: ActivityOutput<'readHistory'>;
  readonly runs: TimedRuns;
  readonly ends: Comparison & { kind: 'compared' };
  readonly inside: Inside;
  /** Of the ends. */
  readonly ratio: number;
  /** The culprit against what stood before it; null where there is not one culprit. */
  readonly step: Comparison | null;
  readonly grown: readonly GrownFunction[];
  readonly hunks: readonly CauseHunk[];
  /** Why no function is named; empty when one is, or when there is no culprit. */
  readonly profileNote: string;
}

/** A commit that explains less of the slowdown than this share is not all of the cause. */
const wholeShare = 0.75;

/** There is no slowdown between the ends, or none that could be looked for. */
export function concludeEnds(
  asked: Asked,
  history: ActivityOutput<'readHistory'>,
  runs: TimedRuns,
  ends: Comparison,
): InvestigationOutcome {
  const unknown = limitsOf(history);
  if (ends.kind === 'unfit') {
    const where = ends.side === 'after' ? 'the working copy' : asked.revision;
    const summary = `It cannot be timed: at ${where}, ${oracleText(asked.oracle)} does not end well.`;
    const [line = ''] = ends.message.split('\n');
    return {
      ...outcomeOf(asked, history, runs),
      summary,
      evidence: [item(`${where}: ${line}`, ends.command)],
      unknown,
    };
  }
  const { timing, verdict, command } = ends;
  const bound = timing.visibleAbove;
  const seen =
    bound < 100 ? `anything above ${percent(bound)} would have been seen` : 'there are too few runs to see any';
  const summary =
    verdict === 'faster'
      ? `It is not slower but faster than at ${asked.revision}: ${measured(timing)}.`
      : `No difference to ${asked.revision} can be seen at this noise: ${seen}.`;
  return { ...outcomeOf(asked, history, runs), summary, evidence: [item(rowText(timing), command)], unknown };
}

export function concludeGap(asked: Asked, evidence: GapEvidence): InvestigationOutcome {
  const { history, runs, ends, inside, ratio, step, grown, hunks, profileNote } = evidence;
  const { found, culprits, notes } = inside;
  const slower = `It is slower than at ${asked.revision}: ${measured(ends.timing)}`;
  const unknown = limitsOf(history);
  const items = [item(rowText(ends.timing), ends.command)];
  const outcome = { ...outcomeOf(asked, history, runs), ruledOut: [...notes, ...asked.notes] };
  const [commit] = culprits;
  if (runs.unfit.length > 0) unknown.push(`${runs.unfit.length} of the commits that were tried cannot be timed.`);
  if (found.kind !== 'culprit' || commit === undefined)
    return {
      ...outcome,
      summary: `${slower}. Which commit made it so could not be told: the timings between contradict each other.`,
      evidence: items,
      unknown,
    };
  if (step === null) {
    const range = `${nameOf(culprits.at(-1) ?? commit)} to ${nameOf(commit)}`;
    unknown.push('Which of the candidates it is: the commits between them cannot be timed.');
    const summary = `${slower}, since one of ${culprits.length} commits that cannot be told apart, from ${range}.`;
    return {
      ...outcome,
      outcome: 'candidates',
      summary,
      culprits: [...culprits],
      evidence: items,
      unknown,
      confidence: confidenceOf(found, 0),
    };
  }
  if (step.kind === 'unfit' || step.verdict !== 'slower') {
    if (step.kind === 'compared') items.push(item(rowText(step.timing), step.command));
    unknown.push('Whether several commits made it slower bit by bit.');
    const summary = `${slower}. No single commit explains it: ${nameOf(commit)}, where it crosses half of that, is not slower than the commit before it by anything that can be seen.`;
    return { ...outcome, summary, evidence: items, unknown };
  }
  const share = Math.min(1, Math.log(typicalRatio(step.timing)) / Math.log(ratio));
  if (step !== ends) items.push(item(rowText(step.timing), step.command));
  items.push(...grown.map(grownItem));
  if (share < wholeShare)
    unknown.push(`What else made it slower: this commit explains about ${Math.round(share * 100)} % of it.`);
  if (profileNote !== '') unknown.push(profileNote);
  const [top] = grown;
  const where = top === undefined ? '' : ` The time goes to ${top.name} in ${top.path}:${top.line}.`;
  const by = commit.commit === null ? '' : ` by ${commit.author}`;
  return {
    ...outcome,
    outcome: 'cause',
    summary: `${slower}. It began with ${nameOf(commit)}${by}.${where}`,
    culprits: [commit],
    hunks: [...hunks],
    evidence: items,
    unknown,
    grown: [...grown],
    confidence: confidenceOf(found, share),
  };
}

const oracleText = (oracle: Oracle): string =>
  oracle.kind === 'command' ? oracle.command : oracle.name === null ? oracle.file : `${oracle.name} (${oracle.file})`;

/**
 * Compared with the commit before it, a commit that explains the slowdown is the cause, unless that comparison errs; where it
 * explains a part only, the search is what there is.
 */
const confidenceOf = ({ confidence }: Inside['found'], share: number): number =>
  share >= wholeShare ? 1 - errorRate : Math.min(1 - errorRate, confidence);

function outcomeOf(
  { input, oracle, revision, notes, span }: Asked,
  history: ActivityOutput<'readHistory'>,
  runs: TimedRuns,
): InvestigationOutcome {
  return {
    outcome: 'unproven',
    summary: '',
    confidence: 0,
    symptom: `${span === undefined ? '' : `The span ${span} of `}${oracleText(oracle)} takes longer than at ${revision}, seen from ${input.file}`,
    culprits: [],
    hunks: [],
    evidence: [],
    ruledOut: [...notes],
    unknown: [],
    runs: runs.runs,
    cachedRuns: 0,
    commits: history.commits.length,
    ...unmeasured,
    timings: [...runs.timings],
    reportPath: null,
  };
}

const measureNames: Readonly<Record<TimingMeasure, string>> = {
  instructions: 'instructions',
  cpu: 'CPU time',
  test: "the test's own time",
  wall: 'time by the clock',
  span: 'time in the spans',
};

export const measureName = (measure: TimingMeasure): string => measureNames[measure];

/** 1.2 is 20 %, and so is 0.8: where a sign is wanted, it stands before. */
const percent = (ratio: number): string => {
  const points = Math.abs(ratio - 1) * 100;
  return `${points < 10 ? points.toFixed(1) : Math.round(points)} %`;
};

/** Above this, a difference reads better as a multiple. */
const manyTimes = 3;

/** "+21 % CPU time (+15 % to +27 %), 18 pairs of runs"; "4.2 times CPU time (3.9 to 4.4), 8 pairs of runs" */
export function measured({ measure, ratio, low, high, before }: Timing): string {
  const multiple = (value: number): string => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
  if (ratio >= manyTimes)
    return `${multiple(ratio)} times ${measureNames[measure]} (${multiple(low)} to ${multiple(high)}, ${before.samples.length} pairs of runs)`;
  const signed = (value: number): string => `${value >= 1 ? '+' : '-'}${percent(value)}`;
  return `${signed(ratio)} ${measureNames[measure]} (${signed(low)} to ${signed(high)}, ${before.samples.length} pairs of runs)`;
}

export function rowText(timing: Timing): string {
  const { before, after, measure } = timing;
  return `${nameOf(after)} against ${nameOf(before)}: ${measured(timing)}, median ${amount(medianOf(after.samples), measure)} and ${amount(medianOf(before.samples), measure)}`;
}

/** Milliseconds, or instructions. */
export const amount = (value: number, measure: TimingMeasure): string =>
  measure === 'instructions' ? `${(value / 1e6).toFixed(1)} million` : `${value.toFixed(value < 100 ? 1 : 0)} ms`;

function grownItem({ path, name, line, selfBefore, selfAfter, totalBefore, totalAfter }: GrownFunction): Evidence {
  const text = `${name} takes ${selfAfter.toFixed(1)} ms itself, before ${selfBefore.toFixed(1)} ms; with what it calls ${totalAfter.toFixed(1)} ms, before ${totalBefore.toFixed(1)} ms`;
  return { text, commit: null, path, line, command: null };
}

const item = (text: string, command: string): Evidence => ({
  text,
  commit: null,
  path: null,
  line: null,
  command: command === '' ? null : command,
});
