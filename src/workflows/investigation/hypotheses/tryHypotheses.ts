// After the evidence: a policy says what may be behind it, the gym tries each idea by one experiment, and a sceptic attacks what
// leads. Changes neither the cause nor its confidence, and loses nothing of them when the policy fails.
import { ActivityError } from '../../../controller/errors.ts';
import type { Activities } from '../../../controller/workflow.ts';
import type { Inquiry } from '../../../protocol/hypotheses.ts';
import type { CauseHunk, InvestigateInput, InvestigationOutcome } from '../../../protocol/investigation.ts';
import type { QuestionOf } from '../../../protocol/policy.ts';
import { whyUnknown } from '../conclude.ts';
import { reportOf } from '../report.ts';
import { doubtLeader } from './doubtLeader.ts';
import { beliefsOf, inquiryTable, nothingTried, outcomesOf, priorsOfSaid, type Said } from './inquiryTable.ts';
import type { Case } from './readExperiment.ts';
import { failureSubject } from './runTrial.ts';
import type { RanTrial, Subject } from './subject.ts';

/** Hunks of the culprit that a policy is shown, and lines of each. */
const maxHunks = 40;
const maxLines = 60;

/** Of a failure. */
export const withHypotheses = async (
  outcome: InvestigationOutcome,
  input: InvestigateInput,
  about: Case,
  act: Activities,
): Promise<InvestigationOutcome> => await withInquiry(outcome, input, failureSubject(about, input.parallel, act), act);

export async function withInquiry(
  outcome: InvestigationOutcome,
  { file, asks }: Pick<InvestigateInput, 'file' | 'asks'>,
  subject: Subject,
  act: Activities,
): Promise<InvestigationOutcome> {
  const { parallel, error } = subject;
  if (asks === null) return outcome;
  const told = async (inquiry: Inquiry | null, label: string): Promise<InvestigationOutcome> => {
    const known = { ...outcome, inquiry };
    await act.noteOutcome({ outcome: known }, label);
    return known;
  };
  // The run may stop from here on, for want of a budget: what is known stays to be seen.
  await told(null, 'What is known without a policy');
  const asked = await answered(async () => await askForHypotheses(outcome, file, asks.hypotheses, subject, act));
  if (!asked.ok) return { ...outcome, inquiry: { ...nothingTried, notes: [`There are no hypotheses: ${asked.why}`] } };
  const { question, said, notes } = asked.value;
  if (said.length === 0) return { ...outcome, inquiry: { ...nothingTried, notes } };
  const ran: RanTrial[] = [];
  let inquiry = inquiryTable(said, [], priorsOfSaid(said), notes);
  for (let at = 0; at < said.length; at += parallel) {
    await told(inquiry, at === 0 ? 'Hypotheses, before any experiment' : `Hypotheses, after ${at} experiments`);
    const trials = said
      .slice(at, at + parallel)
      .map(({ id, hypothesis: { prediction, experiment } }) => subject.run({ id, prediction, experiment }));
    ran.push(...(await Promise.all(trials)));
    inquiry = inquiryTable(said, ran, beliefsOf(said, outcomesOf(ran), error), notes);
  }
  await told(inquiry, 'Hypotheses, after their experiments');
  const { sceptic } = asks;
  const doubted = await answered(
    async () => await doubtLeader({ question, sceptic, inquiry, said, ran }, subject, act),
  );
  if (!doubted.ok) notes.push(`The sceptic was not heard: ${doubted.why}`);
  return explained(outcome, doubted.ok ? doubted.value : { ...inquiry, notes });
}

/** With an explanation that held and leads, it is not unknown any more why. */
function explained(outcome: InvestigationOutcome, inquiry: Inquiry): InvestigationOutcome {
  const [leader] = inquiry.hypotheses;
  const isExplained = leader?.outcome === 'cameTrue' && leader.after > 0.5;
  return { ...outcome, inquiry, unknown: outcome.unknown.filter((text) => !isExplained || text !== whyUnknown) };
}

async function askForHypotheses(
  outcome: InvestigationOutcome,
  file: string,
  limit: number,
  { kind, todayTree, hunks: all }: Subject,
  act: Activities,
): Promise<{ question: QuestionOf<'hypotheses'>; said: Said[]; notes: string[] }> {
  const feature = `Investigate ${file}: ${outcome.symptom}. ${outcome.summary}`;
  const context = await act.gatherContext({ tree: todayTree, feature }, 'What the policy is shown');
  const hunks = all.slice(0, maxHunks).map(shownHunk);
  const evidence = reportOf(file, outcome);
  const explains = kind === 'slowdown' ? { explains: 'slowdown' as const } : {};
  const question = { kind: 'hypotheses' as const, ...explains, feature, evidence, hunks, limit, context };
  const { answer, isPlaceKnown } = await act.hypothesise(question, 'What may be behind it');
  const said = answer.hypotheses.slice(0, limit).map((hypothesis, index) => ({
    id: `h${index + 1}`,
    hypothesis,
    isPlaceKnown: isPlaceKnown[index] === true,
  }));
  const left = answer.hypotheses.length - said.length;
  const notes = [
    ...(said.length === 0 ? ['The policy has no hypothesis.'] : []),
    ...(left > 0 ? [`${left} more hypotheses were not tried (investigation.hypotheses).`] : []),
  ];
  return { question, said, notes };
}

const shownHunk = ({ id, path, startLine, lines }: CauseHunk) => ({
  id,
  path,
  startLine,
  lines: lines.slice(0, maxLines),
});

/** An activity that failed for good costs what it was for, and nothing else. */
async function answered<T>(ask: () => Promise<T>): Promise<{ ok: true; value: T } | { ok: false; why: string }> {
  try {
    return { ok: true, value: await ask() };
  } catch (error) {
    if (error instanceof ActivityError) return { ok: false, why: error.failure.message };
    throw error;
  }
}
