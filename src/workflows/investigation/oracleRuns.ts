// The runs of one investigation: asks for them, tells the symptom from another failure, and keeps what they said as evidence.
import type { Activities } from '../../controller/workflow.ts';
import type { HistoryCommit, Oracle, OverlayFile, ProbeResult } from '../../protocol/investigation.ts';
import type { ProbeAnswer } from './search.ts';

export interface OracleSetup {
  readonly oracle: Oracle;
  readonly overlay: readonly OverlayFile[];
  readonly todayTree: string;
}

export interface KeptRun {
  readonly commit: HistoryCommit;
  readonly result: ProbeResult;
  readonly answer: ProbeAnswer;
  readonly isOther: boolean;
}

export class OracleRuns {
  readonly kept: KeptRun[] = [];
  readonly #act: Activities;
  readonly #setup: OracleSetup;
  /** The first run on the newest commit, which shows what the symptom is. */
  #first: Promise<ProbeResult> | undefined;
  #symptom: ProbeResult | undefined;

  constructor(act: Activities, setup: OracleSetup) {
    this.#act = act;
    this.#setup = setup;
  }

  /** The failure that is looked for; undefined before it was seen. */
  get symptom(): ProbeResult | undefined {
    return this.#symptom;
  }

  get runs(): number {
    return this.kept.filter(({ result }) => !result.cached).length;
  }

  async ask(commit: HistoryCommit, attempt: number): Promise<ProbeAnswer> {
    const label = `${attempt === 0 ? 'Try' : 'Try again'} ${nameOf(commit)}`;
    const running = this.#probe(commit, attempt, null, label);
    this.#first ??= running;
    const [result, first] = await Promise.all([running, this.#first]);
    if (first.outcome === 'failed') this.#symptom ??= first;
    else if (result.outcome === 'failed') this.#symptom ??= result;
    return this.#keep(commit, result);
  }

  /** Whether some hunks of a commit are enough for the symptom. */
  async showsWith(commit: HistoryCommit, baseTree: string, ids: readonly string[]): Promise<boolean> {
    const label = `Try ${ids.length === 1 ? '1 hunk' : `${ids.length} hunks`} of ${nameOf(commit)}`;
    const result = await this.#probe(commit, 0, { baseTree, ids: [...ids] }, label);
    this.kept.push({ commit, result, answer: 'untestable', isOther: true });
    return result.outcome === 'failed' && result.signature === this.#symptom?.signature;
  }

  async #probe(
    commit: HistoryCommit,
    attempt: number,
    hunks: { baseTree: string; ids: string[] } | null,
    label: string,
  ): Promise<ProbeResult> {
    const { oracle, overlay, todayTree } = this.#setup;
    return await this.#act.probe({ oracle, overlay: [...overlay], todayTree, commit, attempt, hunks }, label);
  }

  #keep(commit: HistoryCommit, result: ProbeResult): ProbeAnswer {
    const isOther = result.outcome === 'failed' && result.signature !== this.#symptom?.signature;
    const answer = isOther ? 'untestable' : result.outcome;
    this.kept.push({ commit, result, answer, isOther });
    return answer;
  }
}

export const shortId = ({ commit }: Pick<HistoryCommit, 'commit'>): string =>
  commit?.slice(0, 10) ?? 'the working copy';

export const nameOf = (commit: Pick<HistoryCommit, 'commit' | 'subject'>): string =>
  commit.commit === null ? 'the working copy' : `${shortId(commit)} ${commit.subject}`;
