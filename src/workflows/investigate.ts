// Investigation: from a symptom to its cause, with evidence. Reads top to bottom like the story it tells.
// Deterministic: no clock, no randomness, no I/O; a change of what it asks for is a new version. It needs no model: where there
// is a policy, it is asked for hypotheses once the evidence is there.
import type { Activities, Workflow } from '../controller/workflow.ts';
import {
  type HistoryCommit,
  type InvestigateInput,
  type InvestigationOutcome,
  investigateInputSchema,
  type Oracle,
  uncommitted,
} from '../protocol/investigation.ts';
import { concludeCause, concludeNothing, type Evidence } from './investigation/conclude.ts';
import { amongLeftOut, holdsWithItsFile, withItsFile } from './investigation/confirm.ts';
import { enterMerges, type Inside } from './investigation/enterMerges.ts';
import { findCulprit } from './investigation/findCulprit.ts';
import type { Case } from './investigation/hypotheses/readExperiment.ts';
import { withHypotheses } from './investigation/hypotheses/tryHypotheses.ts';
import { OracleRuns } from './investigation/oracleRuns.ts';
import { performanceGap } from './investigation/performanceGap.ts';
import { whereToLook, withSuspects } from './investigation/rankFault.ts';
import { reportOf } from './investigation/report.ts';
import { ruleDrift } from './investigation/ruleDrift.ts';
import { type Found, targetConfidence } from './investigation/search.ts';
import { type CauseHunks, shrinkCause } from './investigation/shrinkCause.ts';

export const investigate: Workflow<InvestigateInput, InvestigationOutcome> = {
  name: 'investigate',
  version: 7,
  input: investigateInputSchema,
  async run(input, act) {
    const { tree } = await act.takeSnapshot({}, 'Snapshot of the working copy');
    const { file, symptom } = input;
    if (symptom.kind === 'drift') return await reported(input, await ruleDrift(input, symptom.rule, tree, act), act);
    const asked = await act.findOracle({ tree, file, symptom }, 'The symptom as a test');
    const { oracle, overlay, reached, notes } = asked;
    const good = symptom.kind === 'workedAt' ? symptom.revision : input.good;
    if (oracle === null) return await reported(input, concludeNothing(input, notes), act);
    if (symptom.kind === 'slowerThan') {
      const { revision, span } = symptom;
      const gap = { input, revision, tree, oracle, overlay, notes, span };
      return await reported(input, await performanceGap(gap, act), act);
    }

    const history = await act.readHistory({ tree, from: 'HEAD', good, reached }, 'Commits that may be the cause');
    const { commits } = history;
    const fault = { tree, oracle };
    if (commits.length === 0) {
      const nothing = concludeNothing(input, notes, nothingChanged(history.good));
      return await reported(input, await withSuspects(nothing, fault, act), act);
    }
    const at = (position: number): HistoryCommit => commits[position] ?? history.good ?? uncommitted('');
    const search = {
      size: commits.length,
      hasGood: history.good !== null,
      parallel: input.parallel,
      target: targetConfidence,
      isOpen: history.isShallow || history.isCut,
      isSeen: asked.isSeen,
      ...whereToLook(fault, history, act),
    };
    const setup = { overlay, todayTree: tree };
    const searchBy = async (by: Oracle) => {
      const made = new OracleRuns(act, { ...setup, oracle: by });
      return {
        used: by,
        runs: made,
        found: await findCulprit(search, async (position, attempt) => made.ask(at(position), attempt)),
      };
    };
    let searched = await searchBy(oracle);
    const beside: OracleRuns[] = [];
    const alone = oracle.kind === 'test' && oracle.isAlone === true ? oracle : null;
    if (alone !== null) {
      const said = { found: searched.found, commits, good: history.good };
      const { holds, whole } = await holdsWithItsFile(said, alone, setup, act);
      beside.push(whole);
      if (!holds) {
        beside.push(searched.runs);
        searched = await searchBy(withItsFile(alone));
      }
    }
    const { used, runs, found } = searched;
    const evidence: Evidence = { input, oracle: used, notes, history, runs, beside };
    const told = async (outcome: InvestigationOutcome, culprit: Case['culprit']) => {
      const ranked = found.kind === 'notReproduced' ? outcome : await withSuspects(outcome, fault, act);
      const shown = explicable.has(found.kind) ? runs.symptom : undefined;
      if (shown === undefined) return await reported(input, ranked, act);
      const looked = { commits: history.good === null ? commits : [...commits, history.good], error: errorOf(found) };
      const about = { ...setup, oracle: used, symptom: shown, culprit, ...looked };
      return await reported(input, await withHypotheses(ranked, input, about, act), act);
    };
    if (found.kind !== 'culprit' && found.kind !== 'born')
      return await told(concludeCause(evidence, found, [], null, []), null);

    const how = { parallel: input.parallel, reached };
    const confirmed = await amongLeftOut({ found, commits, good: history.good }, runs, how, act);
    const inside = await enterMerges(confirmed.found, confirmed.commits, runs, how, act);
    const hunks = await shrinkCause(inside, runs, { ...setup, reached }, act);
    const cause = concludeCause(evidence, inside.found, inside.culprits, hunks, [...confirmed.notes, ...inside.notes]);
    return await told(cause, culpritOf(inside, hunks));
  },
};

/** Endings with a failure that there is something to say about: it is there, and it is steady. */
const explicable: ReadonlySet<Found['kind']> = new Set(['culprit', 'born', 'older']);

/** How often a run says the wrong thing, as far as the search could tell. */
const errorOf = ({ noise }: Found): number => Math.max(noise.falseFailure, noise.missedFailure);

function culpritOf({ found, culprits }: Inside, hunks: CauseHunks | null): Case['culprit'] {
  const [commit] = culprits;
  if (found.kind !== 'culprit' || commit === undefined || hunks === null || hunks.all.length === 0) return null;
  return { commit, baseTree: hunks.baseTree, hunks: hunks.all };
}

/** Writes the report where that was asked for. */
async function reported(
  input: InvestigateInput,
  outcome: InvestigationOutcome,
  act: Activities,
): Promise<InvestigationOutcome> {
  if (!input.writesReport) return outcome;
  const { path } = await act.writeReport({ text: reportOf(input.file, outcome) }, 'Report');
  return { ...outcome, reportPath: path };
}

const nothingChanged = (good: HistoryCommit | null): string =>
  good === null
    ? 'No commit changed a file that can matter.'
    : `Nothing that can matter changed since ${good.commit?.slice(0, 10)} ${good.subject}, so what fails today failed there too. Name an older revision as good, or none.`;

export type { Found };
