// The restore points of one working copy: a list in the git common dir, and refs that keep their trees. Points come by
// themselves before hunks are accepted and before a restore; the oldest go when there are too many.
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Repository } from '../gym/git.ts';
import { previewRestore, restoreWorkingCopy, takeRestorePoint } from '../gym/restore.ts';
import { dropTrees } from '../gym/snapshot.ts';
import { writeWhole } from '../gym/wholeFiles.ts';
import { parseJson } from '../protocol/parseJson.ts';
import { type RestoreDocument, type RestorePoint, restorePointSchema } from '../protocol/restorePoint.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import { newStampedId } from './stampedId.ts';

const maxRestorePoints = 50;

type Wanted = Pick<RestorePoint, 'reason' | 'label' | 'runId'>;

export class RestorePoints {
  readonly #repository: Repository;
  readonly #path: string;

  readonly #limit: number;

  /** At most `limit` points are kept of one working copy. */
  constructor(repository: Repository, limit = maxRestorePoints) {
    this.#repository = repository;
    this.#limit = limit;
    this.#path = join(repository.commonDir, 'ratchet', 'restorePoints.jsonl');
  }

  /** The newest first. */
  async list(): Promise<RestorePoint[]> {
    return (await this.#all()).filter(({ gitDir }) => gitDir === this.#repository.gitDir).reverse();
  }

  /** A point by its id, a unique beginning of it, or `latest`. */
  async find(given: string): Promise<Result<RestorePoint>> {
    const points = await this.list();
    const [latest] = points;
    if (given === 'latest' && latest !== undefined) return success(latest);
    const found = points.filter(({ id }) => id.startsWith(given));
    const [only] = found;
    if (found.length === 1 && only !== undefined) return success(only);
    if (points.length === 0) return failure('noSuchPoint', 'There is no restore point of this working copy yet.');
    return failure(
      'noSuchPoint',
      found.length === 0
        ? `There is no restore point ${given} of this working copy.`
        : `${given} begins ${found.length} restore points: ${found.map(({ id }) => id).join(', ')}.`,
    );
  }

  async take(wanted: Wanted, signal?: AbortSignal): Promise<Result<RestorePoint>> {
    const id = newStampedId();
    const kept = await takeRestorePoint(this.#repository, {
      owner: ownerOf(id),
      ...(signal === undefined ? {} : { signal }),
    });
    return kept.ok ? success(await this.#add(id, kept.value.tree, wanted)) : kept;
  }

  async preview(point: RestorePoint, signal: AbortSignal): Promise<Result<RestoreDocument>> {
    const preview = await previewRestore(this.#repository, point.tree, signal);
    return preview.ok ? success({ point, undo: null, ...preview.value }) : preview;
  }

  /** Brings the working copy back. The point that undoes it is on disk before anything is written. */
  async restore(point: RestorePoint, signal: AbortSignal): Promise<Result<RestoreDocument>> {
    const undo = newStampedId();
    const restored = await restoreWorkingCopy(this.#repository, point.tree, {
      owner: ownerOf(undo),
      signal,
      onKept: async (tree) => {
        await this.#add(undo, tree, { reason: 'restore', label: `before restoring ${point.id}`, runId: null });
      },
    });
    if (!restored.ok) return restored;
    const { undoTree: _, ...done } = restored.value;
    return success({ point, undo, ...done });
  }

  async #add(id: string, tree: string, wanted: Wanted): Promise<RestorePoint> {
    const point: RestorePoint = { id, at: Date.now(), tree, gitDir: this.#repository.gitDir, ...wanted };
    await mkdir(dirname(this.#path), { recursive: true });
    await appendFile(this.#path, `${JSON.stringify(point)}\n`);
    await this.#dropOldest();
    return point;
  }

  async #dropOldest(): Promise<void> {
    const all = await this.#all();
    const own = all.filter(({ gitDir }) => gitDir === this.#repository.gitDir);
    const dropped = new Set(own.slice(0, Math.max(0, own.length - this.#limit)).map(({ id }) => id));
    if (dropped.size === 0) return;
    for (const id of dropped) await dropTrees(this.#repository, ownerOf(id));
    const kept = all.filter(({ id }) => !dropped.has(id)).map((point) => `${JSON.stringify(point)}\n`);
    await writeWhole(this.#path, kept.join(''));
  }

  /** A line that cannot be read, such as one that was cut off by a crash, is no point. */
  async #all(): Promise<RestorePoint[]> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return text.split('\n').flatMap((line) => {
      const parsed = restorePointSchema.safeParse(parseJson(line));
      return parsed.success ? [parsed.data] : [];
    });
  }
}

const ownerOf = (id: string): string => `point-${id}`;
