// The long-lived parts of one repository: git, worktrees, caches, the invariant engine. Opened once, disposed once.

import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FlakyTests } from '../gates/flakyTests.ts';
import { treeReader } from '../gates/treeReader.ts';
import { VerdictCache } from '../gates/verdictCache.ts';
import type { Repository } from '../gym/git.ts';
import { OracleCache } from '../gym/history/oracleCache.ts';
import { collectScratch } from '../gym/scratchFolders.ts';
import { WorktreePool } from '../gym/worktree.ts';
import { InvariantEngine } from '../invariants/engine.ts';
import type { RatchetConfig } from '../protocol/config.ts';
import type { HostOptions } from './api.ts';
import { ContextEngine } from './contextEngine.ts';
import { contextEntry, engineEntry } from './engineEntry.ts';
import type { JudgeParts } from './judge.ts';
import { LiveRules, type LiveRulesParts } from './liveRules.ts';
import { RestorePoints } from './restorePoints.ts';
import { RunStore } from './runStore.ts';

export interface RepositoryParts extends JudgeParts {
  readonly repository: Repository;
  readonly store: RunStore;
  readonly restorePoints: RestorePoints;
  readonly contextEngine: ContextEngine;
  readonly oracleCache: OracleCache;
  /** @param snapshot the working copy as it is now, unsaved text included */
  openLiveRules(snapshot: LiveRulesParts['snapshot']): LiveRules;
  dispose(): Promise<void>;
}

export async function openParts(
  repository: Repository,
  options: HostOptions,
  config: RatchetConfig,
): Promise<RepositoryParts> {
  const { commonDir } = repository;
  // Outside the workspace, and one folder per repository, so that a crash leaves what the next start can collect.
  const directory = join(tmpdir(), `ratchet-${createHash('sha256').update(commonDir).digest('hex').slice(0, 12)}`);
  const { dependencyFolders } = config;
  const pool = new WorktreePool(repository, { directory, dependencyFolders, log: options.log });
  await Promise.all([pool.collectGarbage(), collectScratch()]);
  const files = treeReader(repository);
  const cached = { entry: engineEntry(), cacheDirectory: join(commonDir, 'ratchet', 'cache') };
  const engine = new InvariantEngine({ ...cached, repository: repository.root });
  const live: LiveRules[] = [];
  const contextEngine = new ContextEngine({ entry: contextEntry() });
  return {
    repository,
    store: new RunStore(commonDir),
    restorePoints: new RestorePoints(repository),
    oracleCache: new OracleCache(commonDir),
    files,
    pool,
    cache: new VerdictCache(commonDir),
    flakyTests: new FlakyTests(commonDir),
    engine,
    contextEngine,
    openLiveRules: (snapshot) => {
      const opened = new LiveRules({ ...cached, repository, files, log: options.log, snapshot });
      live.push(opened);
      return opened;
    },
    dispose: async () => {
      for (const opened of live) await opened.dispose();
      await contextEngine.dispose();
      await engine.dispose();
      await pool.dispose();
    },
  };
}
