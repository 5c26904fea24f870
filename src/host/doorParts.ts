// The parts of one repository as the gym's door uses them: with objects of their own, which never reach the person's store.
import { join } from 'node:path';
import { treeReader } from '../gates/treeReader.ts';
import type { Repository } from '../gym/git.ts';
import { emptyObjects, scratchObjects } from '../gym/scratchObjects.ts';
import type { JudgeParts } from './judge.ts';
import type { RepositoryParts } from './repositoryParts.ts';

export interface DoorParts extends JudgeParts {
  /** Where the trees belong that episodes start from. */
  readonly baseRepository: Repository;
  /** Drops the objects of the episode that has ended; the worktree must be at its base again. */
  forgetEpisode(): Promise<void>;
  close(): Promise<void>;
}

export async function openDoorParts(parts: RepositoryParts, key: string): Promise<DoorParts> {
  const folder = await parts.pool.scratch(`${key}-objects`);
  const [base, episode] = [join(folder, 'base'), join(folder, 'episode')];
  const baseRepository = await scratchObjects(parts.repository, base);
  const repository = await scratchObjects(parts.repository, episode, base);
  const pool = parts.pool.over(repository);
  return {
    repository,
    baseRepository,
    files: treeReader(repository),
    pool,
    cache: parts.cache,
    flakyTests: parts.flakyTests,
    engine: parts.engine,
    forgetEpisode: async () => await emptyObjects(episode),
    close: async () => {
      await pool.dispose();
      await parts.pool.discard(`${key}-objects`);
    },
  };
}
