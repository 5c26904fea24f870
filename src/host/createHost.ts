// The composition root: wires the parts for one repository. Used by the editor and the CLI alike; holds no logic of its own.
import { openRepository, type Repository } from '../gym/git.ts';
import { commitsOf } from '../gym/history/readHistory.ts';
import { containmentOf } from '../gym/sandbox/sandbox.ts';
import { dropTrees, readFileAt, takeSnapshot, treeOfRevision } from '../gym/snapshot.ts';
import type { Policy } from '../policies/policy.ts';
import type { Acceptance } from '../protocol/acceptance.ts';
import { largerBudget } from '../protocol/budget.ts';
import { isCassettePath } from '../protocol/cassettePath.ts';
import type { BaselineDocument, CheckDocument, PerspectiveSummary, ReplayDocument } from '../protocol/cliDocuments.ts';
import type { Budget, RatchetConfig } from '../protocol/config.ts';
import type { HistoryCommit } from '../protocol/investigation.ts';
import { type JournalEntry, journalVersion } from '../protocol/journal.ts';
import { overallStatus } from '../protocol/overallStatus.ts';
import type { ModelName } from '../protocol/policy.ts';
import type { Proof } from '../protocol/proof.ts';
import type { RestoreDocument, RestorePoint } from '../protocol/restorePoint.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { RunSummary, RunView } from '../protocol/run.ts';
import type { RunSignal } from '../protocol/signals.ts';
import type { SpanRecord } from '../protocol/trace.ts';
import type { Containment } from '../protocol/verdict.ts';
import { investigate } from '../workflows/investigate.ts';
import { planFeature } from '../workflows/planFeature.ts';
import { foldSafely } from '../workflows/runView.ts';
import { acceptFinding } from './acceptFinding.ts';
import type {
  BaselineChange,
  CreateHost,
  GymDoor,
  Host,
  HostChange,
  HostOptions,
  InvariantTools,
  InvestigationRequest,
  LiveRulesDoor,
  RuleExplanation,
  Workspace,
} from './api.ts';
import { authorOf } from './author.ts';
import { exportCassette, readCassette } from './cassette.ts';
import { changedRanges } from './changedRanges.ts';
import { explainRule } from './explainRule.ts';
import { RepositoryGymDoor } from './gymDoor.ts';
import { makeInvariantTools } from './invariantTools.ts';
import { asksOfPolicy } from './investigation/asksOfPolicy.ts';
import { fixProof, regressionTest } from './investigation/proofOfRun.ts';
import { judgeTrees } from './judge.ts';
import { LiveRuns } from './liveRuns.ts';
import { loadConfig } from './loadConfig.ts';
import { perspectivesWithRecords } from './perspectiveRecords.ts';
import { planInputOf } from './planInput.ts';
import { chosenPolicy, listModels, makePolicy, policyTitle } from './policyFactory.ts';
import { replayRun } from './replayRun.ts';
import { openParts, type RepositoryParts } from './repositoryParts.ts';
import { rewriteBaseline } from './rewriteBaseline.ts';

export const createHost: CreateHost = async (options) => {
  const opened = await openRepository(options.root);
  if (!opened.ok) return opened;
  const config = await loadConfig(opened.value.root);
  if (!config.ok) return config;
  const parts = await openParts(opened.value, options, config.value);
  const host = new RepositoryHost(options, parts, config.value);
  await host.describePolicy();
  return success(host);
};

class RepositoryHost implements Host {
  readonly root: string;
  readonly commonDir: string;
  config: RatchetConfig;
  policyName: string;
  policyNotice: string | null = null;
  readonly invariants: InvariantTools;
  readonly live: LiveRulesDoor;
  readonly #options: HostOptions;
  readonly #parts: RepositoryParts;
  readonly #runs: LiveRuns;
  readonly #workspace: Workspace;
  readonly #abort = new AbortController();

  constructor(options: HostOptions, parts: RepositoryParts, config: RatchetConfig) {
    this.#options = options;
    this.#parts = parts;
    this.root = parts.repository.spelledRoot;
    this.#workspace = options.workspace(this.root);
    this.commonDir = parts.repository.commonDir;
    this.config = config;
    this.policyName = policyTitle(chosenPolicy(options.policy, config.policy));
    this.#runs = new LiveRuns(parts, {
      log: options.log,
      hostName: options.hostName,
      workspace: this.#workspace,
      makePolicy: async () => await this.#makePolicy(),
      otlpEndpoint: () => this.config.telemetry.otlpEndpoint,
    });
    const snapshot = async () => await this.#snapshot(this.#abort.signal);
    this.live = parts.openLiveRules(snapshot);
    this.invariants = makeInvariantTools(parts, (signal) => this.#snapshot(signal), this.#abort.signal);
  }

  /** Fills in the policy's own name and notice, when it can be made; why it cannot is said when a run needs it. */
  async describePolicy(): Promise<void> {
    const policy = await this.#makePolicy();
    if (!policy.ok) {
      this.policyNotice = policy.failure.message;
      return;
    }
    this.policyName = policy.value.name;
    this.policyNotice = policy.value.notice;
  }

  onDidChange(listener: (change: HostChange) => void): () => void {
    return this.#runs.onDidChange(listener);
  }

  async startPlan(feature: string, mends?: string): Promise<Result<{ runId: string }>> {
    if (mends === undefined) return await this.#plan(feature, undefined);
    const entries = await this.#wholeJournal(mends);
    return entries.ok ? await this.#plan(feature, fixProof(entries.value)) : entries;
  }

  async startRegressionTest(investigation: string): Promise<Result<{ runId: string }>> {
    const entries = await this.#wholeJournal(investigation);
    if (!entries.ok) return entries;
    const asked = regressionTest(entries.value);
    return asked.ok ? await this.#plan(asked.value.feature, asked.value.proof) : asked;
  }

  async #plan(feature: string, proof: Proof | undefined): Promise<Result<{ runId: string }>> {
    const config = await loadConfig(this.root);
    if (!config.ok) return config;
    this.config = config.value;
    const input = await planInputOf(this.root, config.value, { feature, proof });
    if (!input.ok) return input;
    const runId = await this.#parts.store.create();
    return await this.#runs.begin(runId, (policy) => ({
      type: 'runStarted',
      journalVersion,
      runId,
      workflow: planFeature.name,
      workflowVersion: planFeature.version,
      title: feature,
      input: input.value,
      budget: input.value.budget,
      policy,
    }));
  }

  async startInvestigation(asked: InvestigationRequest): Promise<Result<{ runId: string }>> {
    const config = await loadConfig(this.root);
    if (!config.ok) return config;
    this.config = config.value;
    const { budgets, investigation } = config.value;
    const choice = chosenPolicy(this.#options.policy, config.value.policy);
    const asks = await asksOfPolicy(this.root, investigation, choice, this.#options);
    if (!asks.ok) return asks;
    const input = { ...asked, parallel: investigation.parallel, budget: budgets, asks: asks.value };
    const runId = await this.#parts.store.create();
    return await this.#runs.begin(runId, (policy) => ({
      type: 'runStarted',
      journalVersion,
      runId,
      workflow: investigate.name,
      workflowVersion: investigate.version,
      title: `Investigate ${asked.file}`,
      input,
      budget: budgets,
      policy: asks.value === null ? 'none' : policy,
    }));
  }

  async resume(runId: string, budget?: Budget): Promise<Result<{ runId: string }>> {
    if (this.#runs.has(runId)) return success({ runId });
    const read = await this.#parts.store.read(runId);
    if (!read.ok) return read;
    const config = await loadConfig(this.root);
    if (!config.ok) return config;
    this.config = config.value;
    const had = foldSafely(read.value.entries).view?.budget ?? config.value.budgets;
    return await this.#runs.begin(runId, null, budget ?? largerBudget(had, config.value.budgets));
  }

  async signal(runId: string, signal: RunSignal): Promise<Result<void>> {
    return await this.#runs.signal(runId, signal);
  }

  async settled(runId: string, until: 'ended' | 'waiting'): Promise<RunView> {
    return await this.#runs.settled(runId, until);
  }

  async runs(): Promise<RunSummary[]> {
    return await this.#parts.store.summaries((runId) => this.#runs.has(runId));
  }

  async view(runId: string): Promise<Result<RunView>> {
    return await this.#runs.view(runId);
  }

  async spans(runId: string): Promise<SpanRecord[]> {
    return await this.#runs.spans(runId);
  }

  async fileAt(tree: string, path: string): Promise<Uint8Array | undefined> {
    return await readFileAt(this.#parts.repository, tree, path);
  }

  async commitsOf(
    path: string | null,
    options: { readonly from: string; readonly limit: number },
  ): Promise<Result<HistoryCommit[]>> {
    return await commitsOf(this.#parts.repository, path, { ...options, signal: this.#abort.signal });
  }

  async check(options: {
    base: string | undefined;
    signal: AbortSignal;
    onProgress: (text: string) => void;
  }): Promise<Result<CheckDocument>> {
    const signal = AbortSignal.any([options.signal, this.#abort.signal]);
    const base = await treeOfRevision(this.#parts.repository, options.base ?? 'HEAD');
    if (!base.ok) return base;
    const candidate = await this.#snapshot(signal);
    if (!candidate.ok) return candidate;
    const trees = { baseTree: base.value, candidateTree: candidate.value.tree };
    const { onProgress } = options;
    const verdicts = await judgeTrees(
      { ...trees, gates: undefined, isPersons: true, key: 'check', signal, onProgress },
      this.#parts,
    );
    if (!verdicts.ok) return verdicts;
    const required = verdicts.value.filter(({ gate }) => this.config.gates[gate] === 'required');
    const changes = await changedRanges(this.#parts.repository, base.value, candidate.value.tree);
    if (!changes.ok) return changes;
    return success({
      status: overallStatus(required),
      ...trees,
      verdicts: verdicts.value,
      changes: changes.value,
    });
  }

  async containment(): Promise<Containment> {
    return await containmentOf(this.config.sandbox);
  }

  async acceptFinding(
    fingerprint: string,
    reason: string,
    options: { base: string | undefined; signal: AbortSignal; onProgress: (text: string) => void },
  ): Promise<Result<Acceptance>> {
    const checked = await this.check(options);
    if (!checked.ok) return checked;
    const { repository } = this.#parts;
    return await acceptFinding(fingerprint, reason, checked.value.verdicts, repository, this.#workspace);
  }

  async explainRule(rule: string): Promise<Result<RuleExplanation>> {
    const now = await this.#snapshot(this.#abort.signal);
    return now.ok ? await explainRule(rule, now.value.tree, this.#parts.files) : now;
  }

  async rewriteBaseline(change: BaselineChange, asked: AbortSignal): Promise<Result<BaselineDocument>> {
    const signal = AbortSignal.any([asked, this.#abort.signal]);
    const { repository } = this.#parts;
    const head = await treeOfRevision(repository, 'HEAD');
    if (!head.ok) return head;
    const now = await this.#snapshot(signal);
    if (!now.ok) return now;
    const trees = { tree: now.value.tree, headTree: head.value, author: await authorOf(repository) };
    return await rewriteBaseline(change, trees, this.#parts, this.#workspace, signal);
  }

  async perspectives(): Promise<Result<PerspectiveSummary[]>> {
    return await perspectivesWithRecords(this.root, this.config.perspectives);
  }

  async exportRun(runId: string): Promise<Result<{ text: string; replays: boolean }>> {
    const entries = await this.#wholeJournal(runId);
    return entries.ok ? await exportCassette(entries.value, this.root) : entries;
  }

  async replay(runId: string): Promise<Result<ReplayDocument>> {
    const entries = isCassettePath(runId) ? await readCassette(runId) : await this.#wholeJournal(runId);
    return entries.ok ? success(await replayRun(runId, entries.value)) : entries;
  }

  async prune(keep: number): Promise<Result<{ removed: string[] }>> {
    const removed = await this.#parts.store.prune(keep);
    for (const runId of removed) await dropTrees(this.#parts.repository, runId);
    this.#runs.changed({ runId: '', kind: 'runs', progress: null });
    return success({ removed });
  }

  async models(signal: AbortSignal): Promise<Result<ModelName[]>> {
    return await listModels(this.#options, AbortSignal.any([signal, this.#abort.signal]));
  }

  async restorePoints(): Promise<RestorePoint[]> {
    return await this.#parts.restorePoints.list();
  }

  async takeRestorePoint(label: string, asked: AbortSignal): Promise<Result<RestorePoint>> {
    const signal = AbortSignal.any([asked, this.#abort.signal]);
    return await this.#parts.restorePoints.take({ reason: 'asked', label, runId: null }, signal);
  }

  async restore(given: string, options: { dryRun: boolean; signal: AbortSignal }): Promise<Result<RestoreDocument>> {
    const { restorePoints } = this.#parts;
    const point = await restorePoints.find(given);
    if (!point.ok) return point;
    const unsaved = [...(await this.#workspace.unsaved()).keys()];
    if (unsaved.length > 0)
      return failure('unsaved', `Save these first, since they are not on disk yet: ${unsaved.join(', ')}.`);
    const signal = AbortSignal.any([options.signal, this.#abort.signal]);
    return options.dryRun
      ? await restorePoints.preview(point.value, signal)
      : await restorePoints.restore(point.value, signal);
  }

  openGym(options: { maxSteps: number; signal: AbortSignal; onProgress: (text: string) => void }): GymDoor {
    const signal = AbortSignal.any([options.signal, this.#abort.signal]);
    const treeOf = async (repository: Repository, revision: string | undefined): Promise<Result<string>> => {
      if (revision !== undefined) return await treeOfRevision(repository, revision);
      const now = await this.#snapshot(signal, repository);
      return now.ok ? success(now.value.tree) : now;
    };
    return new RepositoryGymDoor(this.#parts, { ...options, signal, treeOf });
  }

  async dispose(): Promise<void> {
    this.#abort.abort();
    await this.#runs.detach();
    await this.#parts.dispose();
    this.#runs.dispose();
  }

  async #wholeJournal(runId: string): Promise<Result<JournalEntry[]>> {
    const read = await this.#parts.store.read(runId);
    if (!read.ok) return read;
    return read.value.problem === null ? success(read.value.entries) : failure('damaged', read.value.problem);
  }

  /** The working copy as it is now, unsaved text included. */
  async #snapshot(signal: AbortSignal, into = this.#parts.repository): ReturnType<typeof takeSnapshot> {
    return await takeSnapshot(into, { unsaved: await this.#workspace.unsaved(), signal });
  }

  async #makePolicy(): Promise<Result<Policy>> {
    const { apiKey, baseUrl, chatModels } = this.#options;
    const choice = chosenPolicy(this.#options.policy, this.config.policy);
    return await makePolicy(choice, {
      root: this.root,
      commonDir: this.commonDir,
      store: this.#parts.store,
      apiKey,
      baseUrl,
      chatModels,
    });
  }
}
