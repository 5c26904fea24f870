// One run that this host executes: lock, journal, engine and folded view together. It ends only when nothing of it runs.
import { Engine, type EngineEnd } from '../controller/engine.ts';
import type { Budget } from '../protocol/config.ts';
import type { JournalEntry, JournalEvent } from '../protocol/journal.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { RunView } from '../protocol/run.ts';
import type { RunSignal } from '../protocol/signals.ts';
import { activityOptions } from '../workflows/activityOptions.ts';
import { evolve, type Fold } from '../workflows/runView.ts';
import { workflowOf } from '../workflows/workflowOf.ts';
import type { ActivityImplementations } from './activityContext.ts';
import { enginePorts } from './enginePorts.ts';
import { JournalFile } from './journalFile.ts';
import { lockRun, type RunLock } from './runLock.ts';
import { type RunStore, resumeProblem } from './runStore.ts';

export interface LiveRunOptions {
  readonly store: RunStore;
  readonly runId: string;
  readonly hostName: string;
  readonly activities: ActivityImplementations;
  /** The first entry of a new run; null to resume. */
  readonly start: JournalEvent | null;
  /** Replaces the budget of a resumed run. */
  readonly budget: Budget | null;
  readonly onEntry: (entry: JournalEntry) => void;
  readonly onProgress: (text: string) => void;
}

export class LiveRun {
  readonly runId: string;
  readonly ended: Promise<EngineEnd>;
  readonly entries: JournalEntry[];
  readonly #engine: Engine;
  #fold: Fold;

  private constructor(
    options: LiveRunOptions,
    journal: JournalFile,
    lock: RunLock,
    entries: JournalEntry[],
    fold: Fold,
  ) {
    this.runId = options.runId;
    this.entries = entries;
    this.#fold = fold;
    const append = async (event: JournalEvent): Promise<JournalEntry> => {
      const entry = await journal.append(event);
      this.entries.push(entry);
      this.#fold = evolve(this.#fold, entry);
      options.onEntry(entry);
      return entry;
    };
    this.#engine = new Engine({
      workflow: workflowOf(fold.view.workflow),
      recorded: [...entries],
      ports: enginePorts({ ...options, append }),
      options: activityOptions,
      host: options.hostName,
      budget: options.budget,
      replayOnly: false,
    });
    this.ended = this.#execute(journal, lock);
  }

  /** Takes the lock, opens the journal and starts executing. */
  static async begin(options: LiveRunOptions): Promise<Result<LiveRun>> {
    const { store, runId } = options;
    // The lock can be lost before there is an engine to stop, so what to do about it is filled in later.
    let onLost: () => void = () => undefined;
    const lock = await lockRun(store.runDirectory(runId), options.hostName, () => onLost());
    if (!lock.ok) return lock;
    let journal: JournalFile | undefined;
    try {
      const opened = await JournalFile.open(store.journalPath(runId), store.blobs, () => Date.now());
      journal = opened.journal;
      const { entries, problem } = opened.read;
      if (options.start !== null) entries.push(await journal.append(options.start));
      const reason = resumeProblem(entries, problem);
      if (reason !== null) {
        await journal.close();
        await lock.value.release();
        return failure('notResumable', `Run ${runId} cannot go on. ${reason}`);
      }
      const fold = entries.reduce<Fold | undefined>(evolve, undefined);
      if (fold === undefined) throw new Error('A journal that can be resumed has entries.');
      const run = new LiveRun(options, journal, lock.value, entries, fold);
      onLost = () => run.detach();
      return success(run);
    } catch (error) {
      await journal?.close();
      await lock.value.release();
      throw error;
    }
  }

  get view(): RunView {
    return this.#fold.view;
  }

  /** Resolves with false when the run ended before the signal was on disk. */
  async signal(signal: RunSignal): Promise<boolean> {
    return await this.#engine.signal(signal);
  }

  /** Stops executing as if the process had died; the run can be resumed. */
  detach(): void {
    this.#engine.detach();
  }

  async #execute(journal: JournalFile, lock: RunLock): Promise<EngineEnd> {
    try {
      return await this.#engine.run();
    } finally {
      await journal.close();
      // A lock that was lost belongs to somebody else by now; there is nothing left to give back.
      await lock.release().catch(() => undefined);
    }
  }
}
