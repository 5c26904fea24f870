// Investigation: from a symptom to its cause, with evidence. Reads top to bottom like the story it tells.
// Deterministic: no clock, no randomness, no I/O; a change of what it asks for is a new version. It needs no model.
import type { Activities, Workflow } from '../controller/workflow.ts';
import {
  type HistoryCommit,
  type InvestigateInput,
  type InvestigationOutcome,
  investigateInputSchema,
} from '../protocol/investigation.ts';
import { concludeCause, concludeNothing, type Evidence } from './investigation/conclude.ts';
import { enterMerges } from './investigation/enterMerges.ts';
import { findCulprit } from './investigation/findCulprit.ts';
import { OracleRuns } from './investigation/oracleRuns.ts';
import { performanceGap } from './investigation/performanceGap.ts';
import { withSuspects } from './investigation/rankFault.ts';
import { reportOf } from './investigation/report.ts';
import { ruleDrift } from './investigation/ruleDrift.ts';
import { type Found, targetConfidence } from './investigation/search.ts';
import { shrinkCause } from './investigation/shrinkCause.ts';

export const investigate: Workflow<InvestigateInput, InvestigationOutcome> = {
  name: 'investigate',
  version: 2,
  input: investigateInputSchema,
  async run(input, act) {
    const { tree } = await act.takeSnapshot({}, 'Snapshot of the working copy');
    const { file, symptom } = input;
    if (symptom.kind === 'drift') return await told(input, await ruleDrift(input, symptom.rule, tree, act), act);
    const asked = await act.findOracle({ tree, file, symptom }, 'The symptom as a test');
    const { oracle, overlay, reached, notes } = asked;
    const good = symptom.kind === 'workedAt' ? symptom.revision : input.good;
    if (oracle === null) return await told(input, concludeNothing(input, notes), act);
    if (symptom.kind === 'slowerThan') {
      const { revision, span } = symptom;
      const gap = { input, revision, tree, oracle, overlay, notes, span };
      return await told(input, await performanceGap(gap, act), act);
    }

    const history = await act.readHistory({ tree, from: 'HEAD', good, reached }, 'Commits that may be the cause');
    const { commits } = history;
    const fault = { tree, oracle };
    if (commits.length === 0) {
      const nothing = concludeNothing(input, [...notes, nothingChanged(history.good)]);
      return await told(input, await withSuspects(nothing, fault, act), act);
    }
    const runs = new OracleRuns(act, { oracle, overlay, todayTree: tree });
    const at = (position: number): HistoryCommit => commits[position] ?? history.good ?? unknownCommit;
    const search = {
      size: commits.length,
      hasGood: history.good !== null,
      parallel: input.parallel,
      target: targetConfidence,
      isOpen: history.isShallow || history.isCut,
      isSeen: asked.isSeen,
      near: history.near,
    };
    const found = await findCulprit(search, async (position, attempt) => await runs.ask(at(position), attempt));
    const evidence: Evidence = { input, oracle, notes, history, runs };
    if (found.kind !== 'culprit' && found.kind !== 'born') {
      const unproven = concludeCause(evidence, found, [], null, []);
      return await told(
        input,
        found.kind === 'notReproduced' ? unproven : await withSuspects(unproven, fault, act),
        act,
      );
    }

    const inside = await enterMerges(found, commits, runs, { parallel: input.parallel, reached }, act);
    const hunks = await shrinkCause(inside, runs, { todayTree: tree, overlay, reached }, act);
    const cause = concludeCause(evidence, inside.found, inside.culprits, hunks, inside.notes);
    return await told(input, await withSuspects(cause, fault, act), act);
  },
};

/** Writes the report where that was asked for. */
async function told(
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
    : `Nothing that can matter changed since ${good.commit?.slice(0, 10)} ${good.subject}.`;

const unknownCommit: HistoryCommit = { commit: null, tree: '', parents: [], subject: '', author: '', at: 0 };

export type { Found };
