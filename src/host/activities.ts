// The activities on the real world: the gym, the gates, the policy, the workspace. One set per run.
import * as z from 'zod';
import type { Repository } from '../gym/git.ts';
import { treeOfHunks } from '../gym/history/partialTrees.ts';
import { makeProposal } from '../gym/proposal.ts';
import { keepTree, readFileAt, takeSnapshot } from '../gym/snapshot.ts';
import { problemOf } from '../patterns/verifyClaims.ts';
import type { Policy } from '../policies/policy.ts';
import { redactSecrets } from '../policies/redact.ts';
import { parseJson } from '../protocol/parseJson.ts';
import type { PolicyReply, Usage } from '../protocol/policy.ts';
import { type Result, success } from '../protocol/result.ts';
import type { ActivityImplementations } from './activityContext.ts';
import type { Log, Workspace } from './api.ts';
import { applyHunks } from './applyHunks.ts';
import type { ContextEngine } from './contextEngine.ts';
import { evidenceOfTree } from './evidenceOfTree.ts';
import { investigationActivities } from './investigation/investigationActivities.ts';
import type { Probes } from './investigation/probes.ts';
import { configOfTree, type JudgeParts, judgeTrees, testTree } from './judge.ts';
import { recordOutcome } from './recordOutcome.ts';
import type { RestorePoints } from './restorePoints.ts';
import { type RunEnvironment, wayKey, weighKey } from './runEnvironment.ts';
import { weighHunks } from './weighHunks.ts';

export interface ActivityParts extends JudgeParts {
  readonly runId: string;
  readonly repository: Repository;
  readonly workspace: Workspace;
  readonly policy: Policy;
  readonly environment: RunEnvironment;
  readonly probes: Probes;
  readonly restorePoints: RestorePoints;
  readonly contextEngine: ContextEngine;
  readonly log: Log;
}

export function makeActivities(parts: ActivityParts): ActivityImplementations {
  const { repository, workspace, policy, runId } = parts;
  const treeFiles = { read: (tree: string, path: string) => readFileAt(repository, tree, path) };
  return {
    takeSnapshot: async (_input, { signal }) => {
      const taken = await takeSnapshot(repository, { unsaved: await workspace.unsaved(), signal });
      if (!taken.ok) return taken;
      await keepTree(repository, runId, taken.value.tree);
      return free({ tree: taken.value.tree });
    },
    gatherContext: async ({ tree, feature }, { signal }) => {
      const read = (path: string) => readFileAt(repository, tree, path);
      const config = await configOfTree(repository, tree);
      if (!config.ok) return config;
      const testCommand = config.value.tests.command ?? (await testScript(read));
      const { root, commonDir } = repository;
      const question = { root, commonDir, tree, feature, tokens: config.value.context.tokens, testCommand };
      const context = await parts.contextEngine.gather(question, signal);
      return context.ok ? free(context.value) : context;
    },
    consider: async (question, context) => {
      if (question.kind !== 'perspective') throw new Error('consider takes a question of a perspective.');
      const answered = await policy.decide(question, context);
      return paid(answered, ({ answer, reply }) => ({
        view: { ...answer, perspective: question.perspective.name },
        reply,
      }));
    },
    verifyViews: async ({ tree, views }) => {
      const evidence = evidenceOfTree(repository, tree, parts.files);
      const problems: (string | null)[][] = [];
      for (const { claims } of views) {
        const found: (string | null)[] = [];
        for (const claim of claims) found.push(await problemOf(claim, evidence));
        problems.push(found);
      }
      return free({ problems });
    },
    synthesise: async (question, context) => {
      if (question.kind !== 'synthesis') throw new Error('synthesise takes a question of synthesis.');
      return paid(await policy.decide(question, context), ({ answer, reply }) => ({ plan: answer, reply }));
    },
    nextTurn: async (episode, context) => paid(await policy.act(episode, context), (value) => value),
    noteChoice: async () => free({}),
    stepGym: async ({ baseTree, tree, call, proof, way = 1 }, context) => {
      const environment = await parts.environment.at(way, { baseTree, tree, proof }, context);
      // Until the step has ended well, nobody knows what the worktree holds.
      parts.environment.ended(way, undefined);
      const step = await environment.step(call, context.signal);
      context.signal.throwIfAborted();
      parts.environment.ended(way, step.info.tree);
      await keepTree(repository, runId, step.info.tree);
      const content = redactSecrets(step.observation.content);
      return free({ ...step, observation: { ...step.observation, content } });
    },
    judge: async ({ phase, baseTree, candidateTree, gates, proof, way = 1 }, { signal, onProgress }) => {
      const verdicts = await judgeTrees(
        {
          baseTree,
          candidateTree,
          gates,
          proof,
          isPersons: phase === 'accepted',
          key: `${wayKey(runId, way)}-judge`,
          signal,
          onProgress,
        },
        parts,
      );
      return verdicts.ok ? free({ verdicts: verdicts.value }) : verdicts;
    },
    weighHunks: async (asked, { signal, onProgress }) => {
      const config = await configOfTree(repository, asked.baseTree);
      if (!config.ok) return config;
      const place = { key: weighKey(runId), signal, onProgress, files: [], config: config.value };
      const weighed = await weighHunks(asked, {
        repository,
        flakyTests: parts.flakyTests,
        onProgress,
        runTests: async (tree) => await testTree({ ...place, tree }, parts),
      });
      signal.throwIfAborted();
      return weighed.ok ? free({ evidence: weighed.value }) : weighed;
    },
    composeTree: async ({ baseTree, candidateTree, hunkIds }) => {
      const tree = await treeOfHunks(repository, baseTree, candidateTree, new Set(hunkIds));
      if (!tree.ok) return tree;
      await keepTree(repository, runId, tree.value);
      return free({ tree: tree.value });
    },
    propose: async ({ baseTree, candidateTree }) => {
      const proposal = await makeProposal(repository, baseTree, candidateTree);
      return proposal.ok ? free(proposal.value) : proposal;
    },
    applyHunks: async ({ baseTree, candidateTree, hunkIds, acceptedIds }, { signal }) => {
      const proposal = await makeProposal(repository, baseTree, candidateTree);
      if (!proposal.ok) return proposal;
      const label = `before accepting ${hunkIds.length} ${hunkIds.length === 1 ? 'hunk' : 'hunks'}`;
      const kept = await parts.restorePoints.take({ reason: 'acceptance', label, runId }, signal);
      // Hunks are checked one by one and can be undone in the editor; a working copy that cannot be kept does not stop that.
      if (!kept.ok) parts.log.warn(`There is no restore point ${label}: ${kept.failure.message}`);
      const applied = await applyHunks(proposal.value, hunkIds, acceptedIds, treeFiles, workspace);
      return applied.ok ? free(applied.value) : applied;
    },
    ...investigationActivities(parts),
    recordOutcome: async (input) => {
      const recorded = await recordOutcome({ runId, ...input }, workspace);
      return recorded.ok ? free(recorded.value) : recorded;
    },
  };
}

/** The `test` script of package.json, for the policy to know of; the runner finds it by itself. */
async function testScript(read: (path: string) => Promise<Uint8Array | undefined>): Promise<string | null> {
  const bytes = await read('package.json');
  if (bytes === undefined) return null;
  const parsed = packageSchema.safeParse(parseJson(new TextDecoder().decode(bytes)));
  return parsed.success ? (parsed.data.scripts?.test ?? null) : null;
}

const packageSchema = z.object({ scripts: z.object({ test: z.string().optional() }).optional() });

const free = <T>(output: T): Result<{ output: T; usage: Usage | null }> => success({ output, usage: null });

function paid<A extends { reply: PolicyReply }, T>(
  answered: Result<A>,
  output: (value: A) => T,
): Result<{ output: T; usage: Usage | null }> {
  return answered.ok ? success({ output: output(answered.value), usage: answered.value.reply.usage }) : answered;
}
