// Which functions of a file a change is in: the truth that a ranking is measured by, from syntax trees and not from coverage.
import { parseSync } from 'oxc-parser';

export interface NamedFunction {
  readonly name: string;
  readonly startLine: number;
  readonly endLine: number;
}

interface Hunk {
  readonly oldStart: number;
  readonly oldCount: number;
}

/** The innermost functions with a name around lines that the diff changes in `before`; none when it changes top-level code only. */
export function changedFunctions(path: string, before: string, diff: string): NamedFunction[] {
  const functions = functionsOf(path, before);
  const lines = before.split('\n');
  const isCode = (line: number) => !/^\s*(?:$|\/\/|\/?\*)/.test(lines[line - 1] ?? '');
  const found = new Set<NamedFunction>();
  for (const { oldStart, oldCount } of hunksOf(diff)) {
    const changed =
      oldCount === 0
        ? [innermost(functions, oldStart, oldStart + 1)]
        : Array.from({ length: oldCount }, (_, index) => oldStart + index)
            .filter(isCode)
            .map((line) => innermost(functions, line, line));
    for (const one of changed) if (one !== undefined) found.add(one);
  }
  return [...found];
}

const hunksOf = (diff: string): Hunk[] =>
  [...diff.matchAll(/^@@ -(\d+)(?:,(\d+))? /gm)].map(([, start, count]) => ({
    oldStart: Number(start),
    oldCount: count === undefined ? 1 : Number(count),
  }));

const innermost = (functions: readonly NamedFunction[], from: number, to: number): NamedFunction | undefined =>
  functions
    .filter(({ startLine, endLine }) => startLine <= from && endLine >= to)
    .sort((a, b) => a.endLine - a.startLine - (b.endLine - b.startLine))[0];

/** A function without a name belongs to the one around it. */
function functionsOf(path: string, text: string): NamedFunction[] {
  const starts = [0];
  for (const { index } of text.matchAll(/\n/g)) starts.push(index + 1);
  const lineOf = (offset: number) => starts.findLastIndex((start) => start <= offset) + 1;
  const found: NamedFunction[] = [];
  const visit = (node: unknown, given: string): void => {
    if (Array.isArray(node)) for (const one of node) visit(one, '');
    if (!isNode(node)) return;
    const isFunction = /^(?:Function(?:Declaration|Expression)|ArrowFunctionExpression)$/.test(node.type);
    const name = nameOf(node.id) || given;
    if (isFunction && name !== '') found.push({ name, startLine: lineOf(node.start), endLine: lineOf(node.end - 1) });
    for (const [key, value] of Object.entries(node)) visit(value, isValue(key) ? nameIn(node) : '');
  };
  visit(parseSync(path, text).program, '');
  return found;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

const isValue = (key: string): boolean => key === 'init' || key === 'right' || key === 'value';

/** The name that a declaration, an assignment or a property gives to its value. */
const nameIn = (node: Node): string => nameOf(node.id) || nameOf(node.left) || nameOf(node.key);

function nameOf(node: unknown): string {
  if (!isNode(node)) return '';
  if (typeof node.name === 'string') return node.name;
  if (typeof node.value === 'string') return node.value;
  return nameOf(node.property);
}
