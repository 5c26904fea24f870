// The port of every gate: two trees in, what was measured out. A gate never looks at what a model says of its work.
import type { InvariantEngine } from '../invariants/engine.ts';
import type { ReadAcceptances } from '../protocol/acceptance.ts';
import type { RatchetConfig } from '../protocol/config.ts';
import type { ContractItem } from '../protocol/contract.ts';
import type { Result } from '../protocol/result.ts';
import type { TestReport } from '../protocol/testReport.ts';
import type { Containment, Finding, GateName, VerdictStatus } from '../protocol/verdict.ts';
import type { FlakyMemory } from './flakyTests.ts';
import type { ProofPort } from './proof.ts';
import type { TreeReader } from './treeReader.ts';

export interface GateContext {
  readonly baseTree: string;
  readonly candidateTree: string;
  /** The configuration of the base tree, so that a change cannot loosen its own gates. */
  readonly config: RatchetConfig;
  readonly files: TreeReader;
  readonly engine: InvariantEngine;
  /** Folders that links in a checkout lead to, which commands must see. */
  readonly visible?: readonly string[];
  /** Whether commands run in a sandbox on this machine, by the configuration. */
  readonly containment: Containment;
  /** Runs the project's tests in a worktree with that tree; with `files`, only theirs where the runner can. */
  readonly runTests: (tree: string, signal: AbortSignal, files?: readonly string[]) => Promise<Result<TestReport>>;
  /** Runs those of the files that the project's command runs by itself; `undefined` where the runner cannot, or none is left. */
  readonly runSome: (
    tree: string,
    signal: AbortSignal,
    files: readonly string[],
  ) => Promise<Result<{ readonly report: TestReport; readonly files: readonly string[] } | undefined>>;
  readonly flakyTests: FlakyMemory;
  /** What a person accepted; undefined where the candidate is a policy's, which may not excuse itself. */
  readonly acceptances: ReadAcceptances | undefined;
  /** Gives a folder with that tree's files, for engines that need real files. */
  readonly checkout: <T>(tree: string, use: (path: string) => Promise<T>) => Promise<T>;
  /** What the tests must show beyond passing. */
  readonly proof?: ProofPort;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

export interface GateResult {
  readonly status: VerdictStatus;
  readonly summary: string;
  readonly findings: Finding[];
  readonly items?: ContractItem[];
  readonly containment?: Containment;
}

export interface Gate {
  readonly name: GateName;
  /** Goes up whenever the same trees could be judged differently. */
  readonly version: number;
  /** Everything that the verdict depends on beside the trees: of the configuration, of the machine, and what is to be shown. */
  configOf(config: RatchetConfig, machine: Pick<GateContext, 'containment' | 'proof'>): unknown;
  judge(context: GateContext): Promise<GateResult>;
}

/** Said in the sentence that every surface shows, so that nobody takes an unguarded run for a guarded one. */
export const withContainment = (summary: string, { contained, detail }: Containment): string =>
  contained === 'sandbox' ? summary : `${summary.replace(/\.$/, '')}. Not contained by a sandbox: ${detail}`;
