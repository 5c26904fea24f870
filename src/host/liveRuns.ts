// The runs that this host executes: begun or resumed, followed to their end, and cleared up after. What is on disk of them is
// the store's.
import type { Policy } from '../policies/policy.ts';
import type { Budget } from '../protocol/config.ts';
import type { JournalEvent } from '../protocol/journal.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { RunView } from '../protocol/run.ts';
import type { RunSignal } from '../protocol/signals.ts';
import type { SpanRecord } from '../protocol/trace.ts';
import { spansOfRun } from '../telemetry/traceOfJournal.ts';
import { makeActivities } from './activities.ts';
import type { HostChange, Log, Workspace } from './api.ts';
import { Probes } from './investigation/probes.ts';
import { LiveRun } from './liveRun.ts';
import type { RepositoryParts } from './repositoryParts.ts';
import { RunEnvironment } from './runEnvironment.ts';

export interface LiveRunsSetup {
  readonly log: Log;
  readonly hostName: string;
  readonly workspace: Workspace;
  readonly makePolicy: () => Promise<Result<Policy>>;
  /** Where traces go now; undefined for nowhere. */
  readonly otlpEndpoint: () => string | undefined;
}

export class LiveRuns {
  readonly #parts: RepositoryParts;
  readonly #setup: LiveRunsSetup;
  readonly #live = new Map<string, LiveRun>();
  readonly #ending = new Map<string, Promise<void>>();
  readonly #listeners = new Set<(change: HostChange) => void>();

  constructor(parts: RepositoryParts, setup: LiveRunsSetup) {
    this.#parts = parts;
    this.#setup = setup;
  }

  has(runId: string): boolean {
    return this.#live.has(runId);
  }

  onDidChange(listener: (change: HostChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts a run, or goes on with it: `start` makes its first entry from the name of the policy, or is null. */
  async begin(
    runId: string,
    start: ((policy: string) => JournalEvent) | null,
    budget: Budget | null = null,
  ): Promise<Result<{ runId: string }>> {
    const policy = await this.#setup.makePolicy();
    if (!policy.ok) return policy;
    const environment = new RunEnvironment(this.#parts, runId);
    const probes = new Probes(this.#parts, runId);
    const activities = makeActivities({
      ...this.#parts,
      log: this.#setup.log,
      runId,
      workspace: this.#setup.workspace,
      policy: policy.value,
      environment,
      probes,
    });
    const begun = await LiveRun.begin({
      store: this.#parts.store,
      runId,
      hostName: this.#setup.hostName,
      activities,
      start: start === null ? null : start(policy.value.name),
      budget,
      onEntry: () => this.changed({ runId, kind: 'entry', progress: null }),
      onProgress: (progress) => this.changed({ runId, kind: 'progress', progress }),
    });
    if (!begun.ok) return begun;
    this.#live.set(runId, begun.value);
    const ending = this.#end(begun.value, environment, probes);
    this.#ending.set(runId, ending);
    this.changed({ runId, kind: 'runs', progress: null });
    return success({ runId });
  }

  /** Follows a run to its end and clears up after it. Never rejects: what goes wrong here is for the log. */
  async #end(run: LiveRun, environment: RunEnvironment, probes: Probes): Promise<void> {
    const { log } = this.#setup;
    const report = (error: unknown) =>
      log.error(`Run ${run.runId}: ${error instanceof Error ? error.message : String(error)}`);
    await run.ended.catch(report);
    await environment.close().catch(report);
    await probes.close().catch(report);
    this.#live.delete(run.runId);
    await this.#export(run).catch(report);
    this.#ending.delete(run.runId);
    this.changed({ runId: run.runId, kind: 'runs', progress: null });
  }

  /** Sends the run's trace where the configuration says; nowhere by default. */
  async #export(run: LiveRun): Promise<void> {
    const otlpEndpoint = this.#setup.otlpEndpoint();
    if (otlpEndpoint === undefined) return;
    const { createOtlpExporter } = await import('../telemetry/otlpExport.ts');
    const exporter = createOtlpExporter({ endpoint: otlpEndpoint, log: this.#setup.log });
    await exporter.export(spansOfRun(run.entries));
    await exporter.shutdown();
  }

  async signal(runId: string, signal: RunSignal): Promise<Result<void>> {
    const run = this.#live.get(runId);
    if (run !== undefined && (await run.signal(signal))) return success(undefined);
    if (run !== undefined) return failure('ended', 'The run has ended; it takes no more answers.');
    return failure('notRunning', 'The run is not being executed here. Resume it first.');
  }

  async settled(runId: string, until: 'ended' | 'waiting'): Promise<RunView> {
    for (;;) {
      const run = this.#live.get(runId);
      if (run === undefined) {
        await this.#ending.get(runId);
        const view = await this.#parts.store.view(runId);
        if (!view.ok) throw new Error(view.failure.message);
        return view.value;
      }
      if (until === 'waiting' && run.view.status === 'waiting') return run.view;
      await this.#nextChange(runId);
    }
  }

  async view(runId: string): Promise<Result<RunView>> {
    const run = this.#live.get(runId);
    return run === undefined ? await this.#parts.store.view(runId) : success(run.view);
  }

  async spans(runId: string): Promise<SpanRecord[]> {
    const run = this.#live.get(runId);
    if (run !== undefined) return spansOfRun(run.entries);
    const read = await this.#parts.store.read(runId);
    return read.ok ? spansOfRun(read.value.entries) : [];
  }

  /** Stops executing every run as if the process had died, and waits until nothing of them is left. */
  async detach(): Promise<void> {
    for (const run of this.#live.values()) run.detach();
    await Promise.all(this.#ending.values());
  }

  dispose(): void {
    this.#listeners.clear();
  }

  changed(change: HostChange): void {
    for (const listener of [...this.#listeners]) listener(change);
  }

  #nextChange(runId: string): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.onDidChange((change) => {
        if (change.runId !== runId) return;
        stop();
        resolve();
      });
    });
  }
}
