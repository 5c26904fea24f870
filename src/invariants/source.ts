// A JavaScript or TypeScript file, parsed: syntax tree, imports and comments, with offsets turned into lines.
import type { Comment, Program } from 'oxc-parser';
import type { Range } from '../protocol/verdict.ts';

export interface ImportFact {
  readonly specifier: string;
  readonly start: number;
  readonly end: number;
  readonly isTypeOnly: boolean;
}

export interface Source {
  readonly text: string;
  readonly program: Program;
  readonly comments: Comment[];
  readonly imports: ImportFact[];
  /** Syntax errors; a file with some is not verified. */
  readonly errors: string[];
  /** The line of each error. */
  readonly errorLines: number[];
  rangeOf(start: number, end: number): Range;
}

/** Characters above which a file is not parsed: it is generated, and nobody reads what is found in it. */
export const maxSourceLength = 2_000_000;

export const isScript = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path) && !path.endsWith('.d.ts.map');

export async function parseSource(path: string, text: string): Promise<Source> {
  const { parseSync } = await import('oxc-parser');
  const parsed = parseSync(path, text);
  const { staticImports, staticExports, dynamicImports } = parsed.module;
  const imports: ImportFact[] = [];
  for (const { moduleRequest, entries, start, end } of staticImports) {
    const isTypeOnly =
      (entries.length > 0 && entries.every(({ isType }) => isType)) ||
      /^import\s+type\b/.test(text.slice(start, start + 16));
    imports.push({ specifier: moduleRequest.value, start, end, isTypeOnly });
  }
  for (const { entries, start, end } of staticExports) {
    const request = entries.find(({ moduleRequest }) => moduleRequest !== null)?.moduleRequest;
    if (request !== undefined && request !== null)
      imports.push({ specifier: request.value, start, end, isTypeOnly: entries.every(({ isType }) => isType) });
  }
  for (const { moduleRequest, start, end } of dynamicImports) {
    const literal = /^(['"`])([^'"`$]*)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[2];
    if (literal !== undefined) imports.push({ specifier: literal, start, end, isTypeOnly: false });
  }
  if (/\brequire\b|\bimport\s*\(/.test(text)) imports.push(...callImports(parsed.program, imports));
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  const errors = parsed.errors.filter(({ severity }) => severity === 'Error');
  return {
    text,
    program: parsed.program,
    comments: parsed.comments,
    imports,
    errors: errors.map(({ message }) => message),
    errorLines: errors.map(({ labels }) => place(lineStarts, labels[0]?.start ?? 0).line),
    rangeOf: (start, end) => ({ ...startOf(place(lineStarts, start)), ...endOf(place(lineStarts, end)) }),
  };
}

const startOf = ({ line, column }: Place) => ({ startLine: line, startColumn: column });
const endOf = ({ line, column }: Place) => ({ endLine: line, endColumn: column });

interface Place {
  readonly line: number;
  readonly column: number;
}

function place(lineStarts: readonly number[], offset: number): Place {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 };
}

/** `require('x')`, `require.resolve('x')` and `import('x').T` types, which the module record does not list. */
function callImports(program: Program, known: readonly ImportFact[]): ImportFact[] {
  const found: ImportFact[] = [];
  walk(program, (node) => {
    if (node.type === 'TSImportType') {
      const specifier = stringOf(node.source) ?? stringOf(member(node.argument, 'literal'));
      if (specifier !== undefined) found.push({ specifier, start: node.start, end: node.end, isTypeOnly: true });
    }
    if (node.type !== 'CallExpression' || !Array.isArray(node.arguments)) return;
    const name = calleeName(node.callee);
    const specifier = stringOf(node.arguments[0]);
    if ((name === 'require' || name === 'require.resolve') && specifier !== undefined)
      found.push({ specifier, start: node.start, end: node.end, isTypeOnly: false });
  });
  return found.filter(({ start }) => !known.some((other) => other.start === start));
}

/** A node of the syntax tree, as far as this program looks into it. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value
  );
}

/** Visits every node, parents first. `leave` is called after the children. */
export function walk(root: unknown, enter: (node: SyntaxNode) => void, leave?: (node: SyntaxNode) => void): void {
  if (Array.isArray(root)) {
    for (const item of root) walk(item, enter, leave);
    return;
  }
  if (!isNode(root)) return;
  enter(root);
  for (const [key, value] of Object.entries(root))
    if (key !== 'parent' && typeof value === 'object') walk(value, enter, leave);
  leave?.(root);
}

/** The dotted name of a callee such as `test.skip` or `assert.equal`; calls inside are looked through (`a.b().c`). */
export function calleeName(callee: unknown): string | undefined {
  if (!isNode(callee)) return undefined;
  if (callee.type === 'Identifier' && typeof callee.name === 'string') return callee.name;
  if (callee.type === 'CallExpression') return calleeName(callee.callee);
  if (callee.type === 'TaggedTemplateExpression') return calleeName(callee.tag);
  if (callee.type === 'ChainExpression' || callee.type === 'TSNonNullExpression') return calleeName(callee.expression);
  if (callee.type !== 'MemberExpression') return undefined;
  const object = calleeName(callee.object);
  const property = callee.computed === true ? stringOf(callee.property) : member(callee.property, 'name');
  return object === undefined || typeof property !== 'string' ? undefined : `${object}.${property}`;
}

export function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** The text of a string literal or of a template without holes. */
export function stringOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'Literal' && typeof value.value === 'string') return value.value;
  if (value.type !== 'TemplateLiteral' || !Array.isArray(value.quasis) || value.quasis.length !== 1) return undefined;
  const cooked = member(member(value.quasis[0], 'value'), 'cooked');
  return typeof cooked === 'string' ? cooked : undefined;
}
