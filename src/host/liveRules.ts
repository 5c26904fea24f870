// Rules judged while a person types: keeps what texts are judged in, and asks the child process. It starts nothing before the
// first text, and nothing at all in a repository without rules.

import { type LiveGround, liveFindings, liveGround } from '../gates/liveInvariants.ts';
import type { TreeReader } from '../gates/treeReader.ts';
import type { Repository } from '../gym/git.ts';
import { treeOfRevision } from '../gym/snapshot.ts';
import { LiveEngine, type LiveEngineOptions } from '../invariants/live/liveEngine.ts';
import { needsGraph } from '../invariants/live/liveKinds.ts';
import { type Result, success } from '../protocol/result.ts';
import type { LiveJudgement, LiveRulesDoor, Log } from './api.ts';
import { configOfTree } from './judge.ts';

export interface LiveRulesParts {
  readonly repository: Repository;
  readonly files: TreeReader;
  readonly entry: string;
  readonly cacheDirectory: string;
  readonly log: Log;
  /** The working copy as it is now, unsaved text included. */
  readonly snapshot: () => Promise<Result<{ tree: string }>>;
  readonly limits?: Pick<LiveEngineOptions, 'idleMs' | 'ruleMs'>;
}

export class LiveRules implements LiveRulesDoor {
  readonly #parts: LiveRulesParts;
  readonly #engine: LiveEngine;
  /** null: nothing can be judged there. */
  #ground: Promise<Result<LiveGround | null>> | undefined;
  /** The git ids of texts that the child has been shown since the ground was laid. */
  #shown = new Map<string, string>();

  constructor(parts: LiveRulesParts) {
    this.#parts = parts;
    const { repository, entry, cacheDirectory, log } = parts;
    const warn = (message: string) => log.warn(`Rules while typing: ${message}`);
    this.#engine = new LiveEngine({ entry, repository: repository.root, cacheDirectory, warn, ...parts.limits });
  }

  /** The child's process id; undefined when none is alive. */
  get pid(): number | undefined {
    return this.#engine.pid;
  }

  async judge(path: string, text: string): Promise<Result<LiveJudgement>> {
    const ground = await this.#laid();
    if (!ground.ok) return ground;
    if (ground.value === null) return success({ kind: 'none' });
    const judged = await this.#engine.judge(ground.value, path, text);
    if (!judged.ok) return judged;
    const { state, violations, blob } = judged.value;
    if (state === 'unread') return success({ kind: 'unread' });
    if (state !== 'judged') return success({ kind: 'none' });
    this.#shown.set(path, blob);
    const rules = ground.value.rules.map(({ id }) => id);
    return success({ kind: 'judged', rules, findings: liveFindings(path, violations, ground.value) });
  }

  async refresh(): Promise<Result<boolean>> {
    const before = await this.#ground;
    const laying = this.#lay();
    const now = await laying;
    if (!now.ok) return now;
    const old = before?.ok === true ? before.value : undefined;
    if (old !== undefined && isSameTree(old, now.value, this.#shown)) {
      // The child has that tree open already, under the name it got then.
      const kept = now.value === null || old === null ? null : { ...now.value, session: old.session };
      this.#ground = Promise.resolve(success(kept));
      return success(JSON.stringify(old?.entries) !== JSON.stringify(now.value?.entries));
    }
    this.#ground = laying;
    this.#shown = new Map();
    return success(true);
  }

  async dispose(): Promise<void> {
    await this.#engine.dispose();
  }

  /** What could not be laid is tried again by the next text. */
  async #laid(): Promise<Result<LiveGround | null>> {
    const laying = this.#ground ?? this.#lay();
    this.#ground = laying;
    const ground = await laying;
    if (!ground.ok && this.#ground === laying) this.#ground = undefined;
    return ground;
  }

  async #lay(): Promise<Result<LiveGround | null>> {
    const { repository, files, snapshot } = this.#parts;
    const base = await treeOfRevision(repository, 'HEAD');
    if (!base.ok) return base;
    const config = await configOfTree(repository, base.value);
    if (!config.ok) return config;
    if (config.value.gates.invariants === 'off') return success(null);
    const now = await snapshot();
    if (!now.ok) return now;
    const trees = { files, baseTree: base.value, candidateTree: now.value.tree };
    return success((await liveGround(trees, repository.root)) ?? null);
  }
}

/** Whether the new ground is the old one with texts that the child knows already: then it need not begin anew. */
function isSameTree(old: LiveGround | null, now: LiveGround | null, shown: ReadonlyMap<string, string>): boolean {
  if (old === null || now === null) return old === now;
  if (old.files.length !== now.files.length || old.baseTree !== now.baseTree) return false;
  if (JSON.stringify(old.rules) !== JSON.stringify(now.rules)) return false;
  // Which chains of imports there are is found out when a tree is opened.
  const isGraphKept = !now.rules.some(needsGraph);
  return now.files.every(({ path, blob }, index) => {
    const before = old.files[index];
    return before?.path === path && (before.blob === blob || (isGraphKept && shown.get(path) === blob));
  });
}
