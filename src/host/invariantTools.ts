// What a person asks of the rules themselves: which there are, whether their examples hold, and how they fared in the past.
import { rulesOfTree } from '../gates/invariants.ts';
import { readCommitLog } from '../gym/commitLog.ts';
import type { LoadedRules } from '../invariants/loadRules.ts';
import { testRules } from '../invariants/testRules.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { InvariantRule } from '../protocol/rules.ts';
import type { InvariantTools } from './api.ts';
import type { JudgeParts } from './judge.ts';

export function makeInvariantTools(
  { files, engine, repository }: JudgeParts,
  snapshot: (signal: AbortSignal) => Promise<Result<{ tree: string }>>,
  ended: AbortSignal,
): InvariantTools {
  const load = async (signal: AbortSignal): Promise<Result<LoadedRules>> => {
    const now = await snapshot(signal);
    if (!now.ok) return now;
    const loaded = await rulesOfTree(files, now.value.tree);
    if (loaded.problems.length > 0)
      return failure(
        'configuration',
        loaded.problems.map(({ path, line, message }) => `${path}:${line}: ${message}`).join('\n'),
      );
    if (loaded.files.length === 0) return failure('configuration', 'There is no rule file in .ratchet/invariants.');
    return success(loaded);
  };
  const chosen = async (rule: string | undefined, signal: AbortSignal): Promise<Result<InvariantRule[]>> => {
    const loaded = await load(signal);
    if (!loaded.ok) return loaded;
    const rules = loaded.value.rules.filter(({ id }) => rule === undefined || id === rule);
    return rules.length === 0 && rule !== undefined ? failure('usage', `There is no rule ${rule}.`) : success(rules);
  };
  return {
    list: async () => {
      const loaded = await load(ended);
      if (!loaded.ok) return loaded;
      const rules = loaded.value.rules.map(
        ({ id, kind, severity, message, rationale, provenance, valid, invalid }) => ({
          id,
          kind,
          severity,
          message,
          rationale,
          provenance: provenance ?? null,
          examples: valid.length + invalid.length,
        }),
      );
      return success({ rules, clauses: loaded.value.clauses });
    },
    test: async (rule, asked) => {
      const signal = AbortSignal.any([asked, ended]);
      const rules = await chosen(rule, signal);
      if (!rules.ok) return rules;
      const tested = await testRules(rules.value, engine, signal);
      if (!tested.ok) return tested;
      const isFailed = tested.value.some(({ status }) => status === 'failed');
      return success({ status: isFailed ? 'failed' : 'passed', rules: tested.value });
    },
    history: async ({ rule, limit }, asked) => {
      const signal = AbortSignal.any([asked, ended]);
      const rules = await chosen(rule, signal);
      if (!rules.ok) return rules;
      const log = await readCommitLog(repository, 'HEAD', limit, signal);
      if (!log.ok) return log;
      const started = performance.now();
      const judged = await engine.judgeHistory(log.value, rules.value, signal);
      if (!judged.ok) return judged;
      const seconds = (performance.now() - started) / 1000;
      return success({ commits: log.value.commits.length, seconds, ...judged.value });
    },
  };
}
