// Which assertion a macro or call in Rust makes, and the parts of a macro, which the grammar leaves as they are.

import type { Found } from './collect.ts';
import { conditionOf } from './compareStrength.ts';
import { strengths } from './factSchemas.ts';
import { field, named, type SyntaxTree, type TreeNode } from './syntaxTree.ts';
import { isLiteral, normalised, numberOf } from './text.ts';

type Assertion = Found<TreeNode>['assertions'][number];
const one = (assertion: Assertion): Found<TreeNode> => ({ assertions: [assertion], inside: [] });

/** The text inside the brackets of a macro. */
export const bodyOf = (text: string): string => text.slice(text.search(/[([{]/) + 1, -1);

/** Parts between the commas that are in no bracket. */
export function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const [sign] of text.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])'|[\s\S]/g)) {
    if (/^[([{]$/.test(sign)) depth += 1;
    if (/^[)\]}]$/.test(sign)) depth -= 1;
    if (sign === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += sign;
  }
  if (part.trim() !== '') parts.push(part.trim());
  return parts;
}

export function assertionsAt(node: TreeNode, tree: SyntaxTree): Found<TreeNode> | undefined {
  if (node.type === 'call_expression') return named_(node, tree);
  if (node.type !== 'macro_invocation') return undefined;
  const name = tree.textOf(field(node, 'macro'));
  const plain = name.split('::').at(-1) ?? name;
  const args = splitTop(bodyOf(tree.textOf(node)));
  const [first = '', second] = args;
  const fact = (subject: string, expected: string | null, strength: number, tolerance: number | null = null) =>
    one({
      kind: `${plain}!`,
      subject: normalised(subject),
      expected: expected === null ? null : normalised(expected),
      strength,
      tolerance,
      line: node.line,
    });
  if (/^(?:debug_)?assert$/.test(plain)) {
    const condition = conditionOf(first);
    return one({ ...condition, line: node.line });
  }
  if (/^(?:debug_)?assert_(?:eq|ne|str_eq)$|^(?:eqnice|pretty_assert_eq)$/.test(plain)) {
    const [subject, expected] =
      isLiteral(normalised(first)) && !isLiteral(normalised(second ?? ''))
        ? [second ?? '', first]
        : [first, second ?? null];
    const isConstant =
      normalised(first) === normalised(second ?? '') ||
      (isLiteral(normalised(first)) && isLiteral(normalised(second ?? '')));
    const strength = isConstant ? strengths.none : plain.endsWith('_ne') ? strengths.presence : strengths.exact;
    return fact(subject, expected, strength);
  }
  if (/^assert_(?:relative|abs_diff|ulps)_eq$|^assert_approx_eq$/.test(plain)) {
    const given = args
      .map((arg) => /^(?:epsilon|max_relative)\s*=\s*(.+)$/.exec(arg)?.[1])
      .find((value) => value !== undefined);
    return fact(first, second ?? null, strengths.partial, numberOf(given ?? args[2]) ?? 1e-9);
  }
  if (/^assert_(?:snapshot|debug_snapshot|yaml_snapshot|json_snapshot)$/.test(plain))
    return fact(first, null, strengths.exact);
  if (/^assert_matches$/.test(plain))
    return fact(first, second ?? null, /^_$/.test(second ?? '') ? strengths.none : strengths.partial);
  if (/^(?:assert|expect|check|verify|ensure)\w*$/.test(plain)) return fact(first, second ?? null, strengths.custom);
  return /^(?:panic|unreachable)$/.test(plain) ? panicked(node, tree) : undefined;
}

/** `if got != want { panic!() }`. */
function panicked(node: TreeNode, tree: SyntaxTree): Found<TreeNode> | undefined {
  for (let at = node.parent; at !== null && at.type !== 'function_item'; at = at.parent) {
    if (at.type !== 'if_expression') continue;
    const condition = tree.textOf(field(at, 'condition'));
    if (condition.startsWith('let ')) return undefined;
    return one({ ...conditionOf(condition, true), line: node.line });
  }
  return undefined;
}

function named_(node: TreeNode, tree: SyntaxTree): Found<TreeNode> | undefined {
  const name = tree.textOf(field(node, 'function'));
  const last = name.split(/::|\./).at(-1) ?? '';
  if (!/^(?:assert|expect|check|verify|ensure)_\w+$/.test(last) || /^expect_err$/.test(last)) return undefined;
  if (new RegExp(`fn ${last}\\b|let ${last}\\b`).test(tree.text)) return undefined;
  const args = named(field(node, 'arguments')).map((arg) => normalised(tree.textOf(arg)));
  return one({
    kind: last,
    subject: args[0] ?? '',
    expected: args[1] ?? null,
    strength: strengths.custom,
    tolerance: null,
    line: node.line,
  });
}
