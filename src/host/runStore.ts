// Where runs live: `ratchet/` in the repository's git common dir, so they are never committed and survive branch switches.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalEntry } from '../protocol/journal.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { RunSummary, RunView } from '../protocol/run.ts';
import { foldSafely } from '../workflows/runView.ts';
import { workflowProblem } from '../workflows/workflowOf.ts';
import { BlobStore } from './blobStore.ts';
import { type ReadJournal, readJournal, referencedBlobs } from './journalFile.ts';
import { isLocked, lockRun } from './runLock.ts';
import { newStampedId, stampedIdPattern } from './stampedId.ts';

export class RunStore {
  readonly directory: string;
  readonly blobs: BlobStore;

  constructor(commonDir: string) {
    this.directory = join(commonDir, 'ratchet', 'runs');
    this.blobs = new BlobStore(join(commonDir, 'ratchet', 'blobs'));
  }

  runDirectory(runId: string): string {
    return join(this.directory, runId);
  }

  journalPath(runId: string): string {
    return join(this.runDirectory(runId), 'journal.jsonl');
  }

  /** A new run's id, sortable by time. */
  async create(): Promise<string> {
    const runId = newStampedId();
    await mkdir(this.runDirectory(runId), { recursive: true });
    return runId;
  }

  /** Ids, the newest first. */
  async ids(): Promise<string[]> {
    const names = await readdir(this.directory).catch((): string[] => []);
    return names
      .filter((name) => stampedIdPattern.test(name))
      .sort()
      .reverse();
  }

  async read(runId: string): Promise<Result<ReadJournal>> {
    if (!stampedIdPattern.test(runId)) return failure('noSuchRun', `${runId} is not the id of a run.`);
    const read = await readJournal(this.journalPath(runId), this.blobs);
    if (read.entries.length === 0 && read.problem === null)
      return failure('noSuchRun', `There is no run ${runId} in this repository.`);
    return success(read);
  }

  /** The view of a run from disk. A damaged journal gives the view up to the damage. */
  async view(runId: string): Promise<Result<RunView>> {
    const read = await this.read(runId);
    if (!read.ok) return read;
    const { view, problem } = foldSafely(read.value.entries);
    const reason = read.value.problem ?? problem ?? `Run ${runId} never began.`;
    return view === undefined ? failure('unreadable', reason) : success(view);
  }

  async summaries(isLive: (runId: string) => boolean): Promise<RunSummary[]> {
    const summaries: RunSummary[] = [];
    for (const runId of await this.ids()) {
      const read = await this.read(runId);
      if (!read.ok) continue;
      const { view, problem } = foldSafely(read.value.entries);
      if (view === undefined) continue;
      const isOpen = view.endedAt === null || isResumable(view);
      const interrupted = isOpen && !isLive(runId) && !(await isLocked(this.runDirectory(runId)));
      summaries.push(summaryOf(view, interrupted, read.value.problem ?? problem));
    }
    return summaries;
  }

  /** Deletes ended runs beyond the newest `keep` and blobs that no journal refers to. */
  async prune(keep: number): Promise<string[]> {
    const removed: string[] = [];
    const kept: string[] = [];
    let ended = 0;
    for (const runId of await this.ids()) {
      const view = await this.view(runId);
      // What cannot be read may be of a newer version; it is a person's to delete.
      const isEnded = view.ok && view.value.endedAt !== null && !isResumable(view.value);
      if (isEnded) ended += 1;
      if (!isEnded || ended <= keep || !(await this.#remove(runId))) kept.push(runId);
      else removed.push(runId);
    }
    const used = new Set<string>();
    for (const runId of kept)
      for (const id of await referencedBlobs(this.journalPath(runId)).catch(() => [])) used.add(id);
    await this.blobs.sweep(used);
    return removed;
  }

  async #remove(runId: string): Promise<boolean> {
    const directory = this.runDirectory(runId);
    const lock = await lockRun(directory, 'prune', () => undefined);
    if (!lock.ok) return false;
    await lock.value.release();
    await rm(directory, { recursive: true, force: true });
    return true;
  }
}

/** A stopped run can go on, unless a person stopped it. */
export const isResumable = (view: RunView): boolean => view.status === 'stopped' && view.failure?.reason !== 'canceled';

export function summaryOf(view: RunView, interrupted: boolean, problem: string | null): RunSummary {
  const { runId, workflow, title, policy, status, phase, startedAt, updatedAt, usage } = view;
  return { runId, workflow, title, policy, status, phase, interrupted, startedAt, updatedAt, usage, problem };
}

/** Why this run cannot be continued, or null. */
export function resumeProblem(entries: readonly JournalEntry[], problem: string | null): string | null {
  if (problem !== null) return problem;
  const { view, problem: unreadable } = foldSafely(entries);
  if (unreadable !== null) return unreadable;
  if (view === undefined) return 'The run never began.';
  const unknown = workflowProblem(entries);
  if (unknown !== null) return unknown;
  if (view.endedAt !== null && !isResumable(view)) return `The run has ended (${view.status}).`;
  return null;
}
