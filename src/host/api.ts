// What the editor and the CLI see of Ratchet: one host per repository. Nothing here imports `vscode`.
import type { Acceptance } from '../protocol/acceptance.ts';
import type { ChatModels } from '../protocol/chatModel.ts';
import type { BaselineDocument, CheckDocument, PerspectiveSummary, ReplayDocument } from '../protocol/cliDocuments.ts';
import type { Budget, PolicyChoice, RatchetConfig } from '../protocol/config.ts';
import type { Failure } from '../protocol/failure.ts';
import type { StepResult, ToolCall } from '../protocol/gym.ts';
import type { GymTask, ResetResult } from '../protocol/gymDoor.ts';
import type { HistoryCommit, Symptom } from '../protocol/investigation.ts';
import type { ModelName } from '../protocol/policy.ts';
import type { RestoreDocument, RestorePoint } from '../protocol/restorePoint.ts';
import type { Result } from '../protocol/result.ts';
import type { RuleHistoryDocument, RulesDocument, RuleTestsDocument } from '../protocol/ruleDocuments.ts';
import type { RunSummary, RunView } from '../protocol/run.ts';
import type { RunSignal } from '../protocol/signals.ts';
import type { SpanRecord } from '../protocol/trace.ts';
import type { Containment, Finding } from '../protocol/verdict.ts';

/** The person's working copy, with what is not saved yet. Paths are relative to the root, with forward slashes. */
export interface Workspace {
  /** Files whose text in the editor is not on disk yet. */
  unsaved(): Promise<ReadonlyMap<string, Uint8Array>>;
  /** The file as the person sees it; undefined when there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** All or nothing. Refuses with reason `stale` when a file is no longer `expected`; then nothing is written. */
  apply(edits: readonly WorkspaceEdit[]): Promise<Result<void>>;
}

export interface WorkspaceEdit {
  readonly path: string;
  /** The content the edit was computed from; undefined: the file must not exist. */
  readonly expected: Uint8Array | undefined;
  /** undefined deletes the file. */
  readonly content: Uint8Array | undefined;
  readonly executable: boolean | undefined;
}

export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export interface HostOptions {
  /** Absolute path of the repository's top folder, or a folder in it. */
  readonly root: string;
  /** Makes the workspace, once the repository's top folder is known. */
  readonly workspace: (root: string) => Workspace;
  readonly log: Log;
  /** The key for the Claude policy; undefined when there is none. Never logged, never recorded. */
  readonly apiKey: () => Promise<string | undefined>;
  readonly baseUrl: string | undefined;
  /** The models that the editor lends; undefined where there is no editor. */
  readonly chatModels?: ChatModels<{ readonly signal: AbortSignal; readonly onProgress?: (text: string) => void }>;
  /** Overrides the policy of `.ratchet/config.yml`. */
  readonly policy: PolicyChoice | undefined;
  /** For the journal's lock, for instance `vscode` or `cli`. */
  readonly hostName: string;
}

export interface RuleExplanation {
  readonly text: string;
  /** Where the rule is declared, when it is one of the repository's own. */
  readonly path: string | null;
  readonly line: number | null;
}

/** `allow` tolerates what is new in one rule, for a reason that stays in the file with the name of who gave it. */
export type BaselineChange =
  | { readonly mode: 'create' }
  | { readonly mode: 'shrink' }
  | { readonly mode: 'allow'; readonly rule: string; readonly path: string | undefined; readonly reason: string };

export interface HostChange {
  readonly runId: string;
  readonly kind: 'entry' | 'progress' | 'runs';
  readonly progress: string | null;
}

export interface InvestigationRequest {
  /** Relative to the repository. */
  readonly file: string;
  readonly symptom: Symptom;
  /** A revision at which it worked; null to look for one. */
  readonly good: string | null;
  readonly writesReport: boolean;
}

export interface Host {
  readonly root: string;
  readonly commonDir: string;
  readonly config: RatchetConfig;
  readonly policyName: string;
  readonly policyNotice: string | null;
  /** Returns a function that ends the subscription. */
  onDidChange(listener: (change: HostChange) => void): () => void;
  /** `mends`: an investigation whose symptom must be gone, by its run; nothing is asked where it was not one that fails. */
  startPlan(feature: string, mends?: string): Promise<Result<{ runId: string }>>;
  /**
   * Plans a test that fails with the cause that an investigation found and passes without it; nothing but tests may change. Fails
   * with `noCause` where there is none that a test can tell.
   */
  startRegressionTest(investigation: string): Promise<Result<{ runId: string }>>;
  /**
   * From a symptom to its cause, without a model; where a policy can be asked, its hypotheses are tried after that. Writes nothing
   * but the report, and that only when it is asked for.
   */
  startInvestigation(asked: InvestigationRequest): Promise<Result<{ runId: string }>>;
  /**
   * Continues an interrupted or stopped run. Finished activities are not repeated. `budget` is its new limit; without it, the
   * larger of what the run had and what the configuration says.
   */
  resume(runId: string, budget?: Budget): Promise<Result<{ runId: string }>>;
  /** Resolves when the signal is on disk. */
  signal(runId: string, signal: RunSignal): Promise<Result<void>>;
  /** Resolves when the run has ended or waits for a person (`until: 'waiting'`), with its view. */
  settled(runId: string, until: 'ended' | 'waiting'): Promise<RunView>;
  runs(): Promise<RunSummary[]>;
  view(runId: string): Promise<Result<RunView>>;
  spans(runId: string): Promise<SpanRecord[]>;
  /** A file of a tree of this repository's object store; undefined when the tree has no such file. */
  fileAt(tree: string, path: string): Promise<Uint8Array | undefined>;
  /** The newest commits before and with a revision, of a file or of all, the newest first. */
  commitsOf(
    path: string | null,
    options: { readonly from: string; readonly limit: number },
  ): Promise<Result<HistoryCommit[]>>;
  /** Judges the working copy against a revision (default HEAD). */
  check(options: {
    base: string | undefined;
    signal: AbortSignal;
    onProgress: (text: string) => void;
  }): Promise<Result<CheckDocument>>;
  /** Whether commands of the project run in a sandbox here, as the configuration of the working copy says. */
  containment(): Promise<Containment>;
  /** Accepts what a gate finds on the working copy, by its fingerprint, with a reason. Tests cannot be accepted. */
  acceptFinding(
    fingerprint: string,
    reason: string,
    options: { base: string | undefined; signal: AbortSignal; onProgress: (text: string) => void },
  ): Promise<Result<Acceptance>>;
  /** Why a rule is there, by its id. */
  explainRule(rule: string): Promise<Result<RuleExplanation>>;
  /** Begins the baseline of the invariants, makes it smaller, or tolerates more for a reason. */
  rewriteBaseline(change: BaselineChange, signal: AbortSignal): Promise<Result<BaselineDocument>>;
  /** Rules while a person types. */
  readonly live: LiveRulesDoor;
  /** The rules of the working copy: what they are, whether their examples hold, and how they fared. */
  readonly invariants: InvariantTools;
  /** Who can look at a feature, and what each was worth so far. */
  perspectives(): Promise<Result<PerspectiveSummary[]>>;
  /** Runs the workflow again on its journal, or on an exported file, without any effect. */
  replay(run: string): Promise<Result<ReplayDocument>>;
  /** The run as one file, without secrets and this machine's folders; `replays` says whether it replays as it is. */
  exportRun(runId: string): Promise<Result<{ text: string; replays: boolean }>>;
  /** Deletes ended runs beyond the newest `keep`, and blobs nobody refers to. */
  prune(keep: number): Promise<Result<{ removed: string[] }>>;
  /** The models that the key of the Claude policy may ask, the newest first. */
  models(signal: AbortSignal): Promise<Result<ModelName[]>>;
  /** The restore points of this working copy, the newest first. */
  restorePoints(): Promise<RestorePoint[]>;
  takeRestorePoint(label: string, signal: AbortSignal): Promise<Result<RestorePoint>>;
  /**
   * Brings the working copy back to a point (its id, the beginning of it, or `latest`), byte for byte; a `dryRun` says what that
   * would do. Refuses with reason `unsaved` while there is text in the editor that is not on disk.
   */
  restore(point: string, options: { dryRun: boolean; signal: AbortSignal }): Promise<Result<RestoreDocument>>;
  /** The gym for a policy outside, until `close`. */
  openGym(options: { maxSteps: number; signal: AbortSignal; onProgress: (text: string) => void }): GymDoor;
  /** Stops activities; runs can be resumed later. Leaves no process behind. */
  dispose(): Promise<void>;
}

/** `none`: no rule can be judged in this file; `unread`: the text cannot be parsed, so nothing is known of it. */
export type LiveJudgement =
  | { readonly kind: 'none' | 'unread' }
  | {
      readonly kind: 'judged';
      /** The rules that were judged; of all others nothing was looked at. */
      readonly rules: readonly string[];
      /** New violations, as the invariants gate would tell them. */
      readonly findings: readonly Finding[];
    };

/** Judges single files in a child process of its own, which ends when nobody asks for some minutes. */
export interface LiveRulesDoor {
  judge(path: string, text: string): Promise<Result<LiveJudgement>>;
  /** Looks at the working copy and HEAD anew; true when what was said before may be wrong now. */
  refresh(): Promise<Result<boolean>>;
}

export interface InvariantTools {
  list(): Promise<Result<RulesDocument>>;
  /** Judges every rule's examples by that rule alone. */
  test(rule: string | undefined, signal: AbortSignal): Promise<Result<RuleTestsDocument>>;
  /** Judges rules on every first-parent commit of HEAD, without a checkout. */
  history(
    options: { rule: string | undefined; limit: number | undefined },
    signal: AbortSignal,
  ): Promise<Result<RuleHistoryDocument>>;
}

/** One episode after the other, with Gymnasium's meaning. An action's error is an observation. */
export interface GymDoor {
  /** Fails with `noSuchRevision`, `configuration` or `resetFailed`. */
  reset(task: GymTask): Promise<Result<ResetResult>>;
  /** Fails with `noEpisode` only. */
  step(action: Pick<ToolCall, 'name' | 'input'>): Promise<Result<StepResult>>;
  close(): Promise<void>;
}

export type CreateHost = (options: HostOptions) => Promise<Result<Host>>;

/** The text a person reads for a failure: what happened and what to do next are both in `message`. */
export const failureText = (failure: Failure): string => `${failure.message} [${failure.reason}]`;
