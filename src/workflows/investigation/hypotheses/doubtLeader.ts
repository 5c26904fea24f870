// A sceptic attacks the leading hypothesis, with at most one counter-experiment. What it predicts is what the hypothesis denies, so
// its outcome moves the belief by the same likelihoods as any other.
import type { Activities } from '../../../controller/workflow.ts';
import type { Inquiry } from '../../../protocol/hypotheses.ts';
import type { QuestionOf } from '../../../protocol/policy.ts';
import type { Outcome } from './belief.ts';
import { beliefsOf, inquiryTable, outcomesOf, type Said } from './inquiryTable.ts';
import { pendingTrial } from './runTrial.ts';
import { saidText } from './saidText.ts';
import type { RanTrial, Subject } from './subject.ts';

export interface ToDoubt {
  readonly question: QuestionOf<'hypotheses'>;
  readonly sceptic: { readonly name: string; readonly brief: string };
  /** What is believed so far; the first of its hypotheses leads. */
  readonly inquiry: Inquiry;
  readonly said: readonly Said[];
  readonly ran: readonly RanTrial[];
}

export async function doubtLeader(
  { question, sceptic, inquiry, said, ran }: ToDoubt,
  subject: Subject,
  act: Activities,
): Promise<Inquiry> {
  const [leader] = inquiry.hypotheses;
  if (leader === undefined) return inquiry;
  const { explains, feature, evidence, hunks, context } = question;
  const asked = { kind: 'doubt' as const, ...(explains && { explains }), feature, perspective: sceptic };
  const { answer } = await act.doubt(
    { ...asked, evidence, hunks, leading: leader.id, inquiry, context },
    `The ${sceptic.name} on ${leader.id}`,
  );
  const { objection, prediction, experiment } = answer;
  const counter =
    experiment === null
      ? { trial: noExperiment(leader.id), experiment: null }
      : await subject.run({ id: leader.id, prediction, experiment }, `Against ${leader.id}`);
  const known = outcomesOf(ran);
  const outcomes = [...known, ...outcomesOf([counter]).map(against)];
  const isKnown = counter.experiment !== null && known.some((one) => one.experiment === counter.experiment);
  const after = beliefsOf(said, outcomes, subject.error);
  const detail = isKnown ? `${counter.trial.detail} That was tried already, so it counts once.` : counter.trial.detail;
  return {
    ...inquiryTable(said, ran, after, inquiry.notes),
    doubt: {
      ...counter.trial,
      detail,
      objection: saidText(objection),
      before: leader.after,
      after: after.of.get(leader.id) ?? 0,
    },
  };
}

const against = (outcome: Outcome): Outcome => ({ ...outcome, cameTrue: !outcome.cameTrue });

const noExperiment = (id: string): RanTrial['trial'] => ({
  ...pendingTrial(id, ''),
  outcome: 'inconclusive',
  detail: 'It proposed no experiment.',
});
