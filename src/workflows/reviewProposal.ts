// The proposal and its review: every hunk is decided by a person, and only accepted hunks reach the workspace.
import type { Activities, Signals } from '../controller/workflow.ts';
import type { Plan, PlanStep } from '../protocol/plan.ts';
import type { ProjectRules } from '../protocol/policy.ts';
import type { Hunk, HunkState, Proposal } from '../protocol/proposal.ts';
import type { PlanInput } from '../protocol/run.ts';
import type { Verdict } from '../protocol/verdict.ts';
import { playEpisode } from './playEpisode.ts';

interface Review {
  readonly input: PlanInput;
  readonly plan: Plan;
  readonly baseTree: string;
  readonly candidateTree: string;
  readonly rules: ProjectRules | undefined;
}

export interface Reviewed {
  readonly accepted: number;
  readonly rejected: number;
  readonly verdicts: Verdict[];
}

export async function reviewProposal(review: Review, act: Activities, signals: Signals): Promise<Reviewed> {
  let candidateTree = review.candidateTree;
  let { proposal, verdicts } = await judgeAndPropose(review, candidateTree, act);
  const states = new Map<string, HunkState>();
  for (;;) {
    const hunks = proposal.files.flatMap((file) => file.hunks);
    const isOpen = (id: string) => hunks.some((hunk) => hunk.id === id) && !isDecided(states.get(id));
    if (hunks.every((hunk) => !isOpen(hunk.id))) break;
    const signal = await signals.next(['decideHunks', 'replyToHunk', 'finishReview']);
    if (signal.name === 'finishReview') break;
    if (signal.name === 'decideHunks') {
      for (const id of signal.payload.reject.filter(isOpen)) states.set(id, 'rejected');
      const hunkIds = [...new Set(signal.payload.accept.filter(isOpen))];
      if (hunkIds.length === 0) continue;
      const label = hunkIds.length === 1 ? 'Apply 1 hunk' : `Apply ${hunkIds.length} hunks`;
      const acceptedIds = [...states].flatMap(([id, state]) => (state === 'accepted' ? [id] : []));
      const question = { baseTree: review.baseTree, candidateTree, hunkIds, acceptedIds };
      const { outcomes } = await act.applyHunks(question, label);
      for (const outcome of outcomes) states.set(outcome.hunkId, outcome.state);
    } else {
      const hunk = hunks.find(({ id }) => id === signal.payload.hunkId);
      if (hunk === undefined) continue;
      candidateTree = await answerReply(review, candidateTree, hunk, signal.payload.comment, act);
      ({ proposal, verdicts } = await judgeAndPropose(review, candidateTree, act));
    }
  }
  const count = (state: HunkState) => [...states.values()].filter((value) => value === state).length;
  const accepted = count('accepted');
  const total = new Set([...states.keys(), ...proposal.files.flatMap((file) => file.hunks.map(({ id }) => id))]).size;
  return { accepted, rejected: total - accepted, verdicts };
}

const isDecided = (state: HunkState | undefined): boolean => state === 'accepted' || state === 'rejected';

async function judgeAndPropose(
  { input, baseTree }: Review,
  candidateTree: string,
  act: Activities,
): Promise<{ proposal: Proposal; verdicts: Verdict[] }> {
  const question = { phase: 'proposal' as const, stepId: null, baseTree, candidateTree, gates: input.gates };
  const { verdicts } = await act.judge(question, 'Gates on the proposal');
  return { verdicts, proposal: await act.propose({ baseTree, candidateTree }, 'Proposal') };
}

/** The person answered a hunk in words: the policy plays one more episode on the candidate, with the answer. */
async function answerReply(
  { input, plan, baseTree, rules }: Review,
  candidateTree: string,
  hunk: Hunk,
  comment: string,
  act: Activities,
): Promise<string> {
  const step: PlanStep = {
    id: `reply-${hunk.id.slice(0, 8)}`,
    title: `Answer the review of ${hunk.path}`,
    description: comment,
    files: [hunk.path],
    acceptance: ['The change does what the person asked for in the review.'],
    gates: input.requiredGates,
  };
  const instructions = `About this hunk of ${hunk.path}:\n${hunk.lines.join('\n')}\n\n${comment}`;
  const followed = rules === undefined ? {} : { rules };
  const brief = { feature: input.feature, plan, step, attempt: 0, findings: [], instructions, ...followed };
  return (await playEpisode(brief, { baseTree, tree: candidateTree }, act)).tree;
}
