// One rule over a few files, as the engine judges its examples.
import type { InvariantEngine } from '../../src/invariants/engine.ts';
import { judgeExample } from '../../src/invariants/testRules.ts';
import type { RuleExample } from '../../src/protocol/ruleBase.ts';
import { type InvariantRule, invariantRuleSchema } from '../../src/protocol/rules.ts';

export const rule = (given: Record<string, unknown>): InvariantRule =>
  invariantRuleSchema.parse({ id: 'r', message: 'm', rationale: 'w', ...given });

const { signal } = new AbortController();

export const judgeBy =
  (engine: InvariantEngine) =>
  async (of: InvariantRule, files: Record<string, string>, before?: Record<string, string>) => {
    const example: RuleExample = before === undefined ? { files } : { files, before };
    const judged = await judgeExample(of, example, engine, signal);
    if (!judged.ok) throw new Error(judged.failure.message);
    const { violations, problems } = judged.value;
    return {
      places: violations.map(({ path, range }) => `${path}:${range.startLine}`),
      messages: violations.map(({ message }) => message),
      fixes: violations.map(({ fix }) => fix),
      problems: problems.map(({ message }) => message),
    };
  };
