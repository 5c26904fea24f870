// Why a rule is there, and where it is declared: from the rule files of a tree, or else from the gate that it belongs to.
import { explainGate } from '../gates/explainGate.ts';
import { rulesOfTree } from '../gates/invariants.ts';
import { readText, type TreeReader } from '../gates/treeReader.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { RuleExplanation } from './api.ts';

export async function explainRule(rule: string, tree: string, files: TreeReader): Promise<Result<RuleExplanation>> {
  const loaded = await rulesOfTree(files, tree);
  const declared = loaded.rules.find(({ id }) => id === rule);
  if (declared === undefined) {
    const text = explainGate(rule);
    if (text === undefined)
      return failure('noSuchRule', `There is no rule ${rule} in .ratchet/invariants. It may have been renamed.`);
    return success({ text, path: null, line: null });
  }
  const text = `${declared.message}\n\n${declared.rationale}`;
  for (const path of loaded.files) {
    const lines = ((await readText(files, tree, path)) ?? '').split('\n');
    const index = lines.findIndex((line) => line.includes('id:') && line.includes(rule));
    if (index >= 0) return success({ text, path, line: index + 1 });
  }
  return success({ text, path: null, line: null });
}
