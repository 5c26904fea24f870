// The proposal and its review: every hunk is decided by a person, and only accepted hunks reach the workspace. What is left
// after a rejection is judged again before any of it is written.
import type { Activities, Signals } from '../controller/workflow.ts';
import { type PlanStep, replyStepId } from '../protocol/plan.ts';
import { proofOf } from '../protocol/proof.ts';
import type { Hunk, HunkState, Proposal } from '../protocol/proposal.ts';
import type { SignalPayload } from '../protocol/signals.ts';
import type { Verdict } from '../protocol/verdict.ts';
import { type Building, type Built, blockingFindings, executePlan } from './executePlan.ts';
import type { Heard } from './heard.ts';
import { playEpisode } from './playEpisode.ts';

export interface Reviewed {
  readonly accepted: number;
  readonly rejected: number;
  readonly verdicts: Verdict[];
  readonly acceptedPaths: string[];
}

const answers = ['decideHunks', 'replyToHunk', 'comment', 'redoStep', 'finishReview'] as const;

export async function reviewProposal(
  building: Building,
  built: Built,
  act: Activities,
  signals: Signals,
  heard: Heard,
): Promise<Reviewed> {
  const review = new Review(building, built, act, signals, heard);
  await review.propose();
  while (review.hasOpenHunks()) {
    const signal = await signals.next(answers);
    if (signal.name === 'finishReview') break;
    if (signal.name === 'decideHunks') await review.decide(signal.payload);
    else if (signal.name === 'redoStep') await review.redo(signal.payload);
    else await review.answer(signal.payload);
  }
  return review.result();
}

class Review {
  readonly #building: Building;
  readonly #act: Activities;
  readonly #signals: Signals;
  readonly #heard: Heard;
  readonly #states = new Map<string, HunkState>();
  readonly #acceptedPaths = new Set<string>();
  #built: Built;
  #proposal: Proposal | undefined;
  /** The gates on what would be written if everything that is open were accepted. */
  #verdicts: Verdict[] = [];

  constructor(building: Building, built: Built, act: Activities, signals: Signals, heard: Heard) {
    this.#building = building;
    this.#built = built;
    this.#act = act;
    this.#signals = signals;
    this.#heard = heard;
  }

  async propose(): Promise<void> {
    const { baseTree } = this.#building;
    const candidateTree = this.#built.tree;
    await this.#judge('proposal', candidateTree, 'Gates on the proposal');
    this.#proposal = await this.#act.propose({ baseTree, candidateTree }, 'Proposal');
    this.#weigh(candidateTree);
  }

  /** Beside the review: nothing waits for it, and a run that ends before it is done needs it no more. */
  #weigh(candidateTree: string): void {
    const { baseTree, input } = this.#building;
    if (input.weighHunks === 0 || !this.hasOpenHunks()) return;
    const question = { baseTree, candidateTree, limit: input.weighHunks };
    // Its failure is on record as the activity's, and says nothing of the proposal.
    this.#act.weighHunks(question, 'What each hunk is for').catch(() => undefined);
  }

  hasOpenHunks(): boolean {
    return this.#hunks().some(({ id }) => this.#isOpen(id));
  }

  async decide({ accept, reject }: SignalPayload<'decideHunks'>): Promise<void> {
    const rejected = reject.filter((id) => this.#isOpen(id));
    for (const id of rejected) this.#states.set(id, 'rejected');
    if (rejected.length > 0 && !(await this.#judgeRest())) {
      // Decisions that came before anybody could know what is left fails are asked again.
      for (const { payload } of this.#signals.take(['decideHunks']))
        for (const id of payload.reject.filter((open) => this.#isOpen(open))) this.#states.set(id, 'rejected');
      return;
    }
    await this.#apply([...new Set(accept.filter((id) => this.#isOpen(id)))]);
  }

  /** The person answered in words, a hunk or all of it: the policy plays one more episode on the candidate. */
  async answer(said: SignalPayload<'replyToHunk'> | SignalPayload<'comment'>): Promise<void> {
    const hunk = 'hunkId' in said ? this.#hunks().find(({ id }) => id === said.hunkId) : undefined;
    if ('hunkId' in said && hunk === undefined) return;
    const comment = 'hunkId' in said ? said.comment : said.text;
    const { input, plan, baseTree, rules } = this.#building;
    const step = this.#replyStep(hunk, comment);
    const instructions =
      hunk === undefined ? comment : `About this hunk of ${hunk.path}:\n${hunk.lines.join('\n')}\n\n${comment}`;
    const followed = rules === undefined ? {} : { rules };
    const brief = { feature: input.feature, plan, step, attempt: 0, findings: [], instructions, ...followed };
    const changedPaths = this.#paths();
    const start = { baseTree, tree: this.#built.tree, changedPaths, ...proofOf(input) };
    const { tree } = await playEpisode(brief, start, this.#act, this.#heard);
    this.#built = { ...this.#built, tree };
    await this.propose();
  }

  async redo({ stepId, instructions }: SignalPayload<'redoStep'>): Promise<void> {
    const { starts } = this.#built;
    if (!starts.has(stepId)) return;
    this.#built = await executePlan(this.#building, this.#act, this.#heard, { stepId, instructions, starts });
    await this.propose();
  }

  result(): Reviewed {
    const count = (state: HunkState) => [...this.#states.values()].filter((value) => value === state).length;
    const accepted = count('accepted');
    const total = new Set([...this.#states.keys(), ...this.#hunks().map(({ id }) => id)]).size;
    return { accepted, rejected: total - accepted, verdicts: this.#verdicts, acceptedPaths: [...this.#acceptedPaths] };
  }

  /** Whether what is left passes the required gates, or failed them before as well. */
  async #judgeRest(): Promise<boolean> {
    const { baseTree, input } = this.#building;
    const hunkIds = this.#hunks().flatMap(({ id }) => (this.#states.get(id) === 'rejected' ? [] : [id]));
    if (!hunkIds.some((id) => this.#isOpen(id))) return true;
    const before = blockingFindings(input, this.#verdicts).length;
    const question = { baseTree, candidateTree: this.#built.tree, hunkIds };
    const { tree } = await this.#act.composeTree(question, 'What is left of the proposal');
    await this.#judge('remaining', tree, 'Gates on what is left');
    return before > 0 || blockingFindings(input, this.#verdicts).length === 0;
  }

  async #apply(hunkIds: string[]): Promise<void> {
    if (hunkIds.length === 0) return;
    const label = hunkIds.length === 1 ? 'Apply 1 hunk' : `Apply ${hunkIds.length} hunks`;
    const acceptedIds = [...this.#states].flatMap(([id, state]) => (state === 'accepted' ? [id] : []));
    const { baseTree } = this.#building;
    const question = { baseTree, candidateTree: this.#built.tree, hunkIds, acceptedIds };
    const { outcomes } = await this.#act.applyHunks(question, label);
    for (const { hunkId, state } of outcomes) {
      this.#states.set(hunkId, state);
      const path = this.#hunks().find(({ id }) => id === hunkId)?.path;
      if (state === 'accepted' && path !== undefined) this.#acceptedPaths.add(path);
    }
  }

  async #judge(phase: 'proposal' | 'remaining', candidateTree: string, label: string): Promise<void> {
    const { input, baseTree } = this.#building;
    const question = { phase, stepId: null, baseTree, candidateTree, gates: input.gates, ...proofOf(input) };
    this.#verdicts = (await this.#act.judge(question, label)).verdicts;
  }

  #hunks(): Hunk[] {
    return this.#proposal?.files.flatMap((file) => file.hunks) ?? [];
  }

  #paths(): string[] {
    return this.#proposal?.files.map(({ path }) => path) ?? [];
  }

  #isOpen(id: string): boolean {
    const state = this.#states.get(id);
    return this.#hunks().some((hunk) => hunk.id === id) && state !== 'accepted' && state !== 'rejected';
  }

  #replyStep(hunk: Hunk | undefined, comment: string): PlanStep {
    return {
      id: replyStepId(hunk?.id ?? null),
      title: hunk === undefined ? 'Answer the review' : `Answer the review of ${hunk.path}`,
      description: comment,
      files: hunk === undefined ? this.#paths() : [hunk.path],
      acceptance: ['The change does what the person asked for in the review.'],
      gates: this.#building.input.requiredGates,
    };
  }
}
