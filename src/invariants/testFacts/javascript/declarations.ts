// Where a JavaScript file declares tests and suites, how they are marked and for how many rows.
import { calleeName, isNode, member, type Source, type SyntaxNode, stringOf } from '../../source.ts';
import { isConstantCondition, normalised } from '../text.ts';
import { childrenOf, isFunction, nodesOf, unwrapped } from './chain.ts';
import { type Lists, rowsOf, writtenRows } from './grammar.ts';

const testNames = new Set(['test', 'it', 'specify', 'xit', 'xtest', 'xspecify', 'fit', 'ftest', 'Deno.test', 'bench']);
const suiteNames = new Set(['describe', 'suite', 'context', 'xdescribe', 'fdescribe', 'xcontext']);
const arranging = new Set([
  'before',
  'after',
  'beforeEach',
  'afterEach',
  'beforeAll',
  'afterAll',
  'step',
  'use',
  'extend',
]);
const bare = new Set([
  'skip',
  'only',
  'todo',
  'fixme',
  'fails',
  'failing',
  'skipIf',
  'runIf',
  'concurrent',
  'sequential',
]);
const modifierOf = (root: string): string[] =>
  root.startsWith('x') ? ['skip'] : root === 'fit' || root === 'fdescribe' || root === 'ftest' ? ['only'] : [];

export interface Declared {
  readonly node: SyntaxNode;
  readonly body: SyntaxNode | undefined;
  readonly name: string;
  readonly isSuite: boolean;
  readonly modifiers: string[];
  readonly cases: number;
  readonly rows: readonly string[];
}

export function declaredIn(source: Source, lists: Lists): Declared[] {
  const found: Declared[] = [];
  const textOf = (node: unknown): string => (isNode(node) ? source.text.slice(node.start, node.end) : '');
  const visit = (
    node: SyntaxNode,
    suites: readonly string[],
    cases: number,
    rows: readonly string[],
    isDead: boolean,
  ): void => {
    const test = node.type === 'CallExpression' ? declaration(node, source, suites, { cases, rows }, lists) : undefined;
    const marked = test !== undefined && isDead ? { ...test, modifiers: [...test.modifiers, 'skip'] } : test;
    if (marked !== undefined) found.push(marked);
    const inside = marked?.isSuite === true ? [...suites, titleOf(source, nodesOf(node.arguments)[0])] : suites;
    const looped = rowsOf(node, lists, textOf);
    const never = neverRun(node, source.text);
    for (const child of childrenOf(node))
      visit(child, inside, cases * (looped?.length ?? 1), [...rows, ...(looped ?? [])], isDead || never.has(child));
  };
  if (isNode(source.program)) visit(source.program, [], 1, [], false);
  return found;
}

/** Children that declare nothing when the file is run. */
function neverRun(node: SyntaxNode, text: string): ReadonlySet<SyntaxNode> {
  const never = new Set<SyntaxNode>();
  if (node.type === 'IfStatement' && isFalse(node.test) && isNode(node.consequent)) never.add(node.consequent);
  if (node.type === 'BlockStatement' || node.type === 'FunctionBody') {
    let hasEnded = false;
    for (const child of childrenOf(node)) {
      if (hasEnded) never.add(child);
      if (child.type === 'ReturnStatement' || child.type === 'ThrowStatement') hasEnded = true;
    }
  }
  // A function that nothing else names is not called.
  const name = node.type === 'FunctionDeclaration' ? member(node.id, 'name') : undefined;
  if (typeof name === 'string' && text.split(new RegExp(`\\b${name.replaceAll('$', '\\$')}\\b`)).length <= 2)
    for (const child of childrenOf(node)) never.add(child);
  return never;
}

const isFalse = (node: unknown): boolean =>
  member(unwrapped(node), 'value') === false || member(unwrapped(node), 'value') === 0;

function declaration(
  node: SyntaxNode,
  source: Source,
  suites: readonly string[],
  around: { readonly cases: number; readonly rows: readonly string[] },
  lists: Lists,
): Declared | undefined {
  const [root = '', ...members] = calleeName(node.callee)?.split('.') ?? [];
  const isSubtest = (root === 't' || root === 'test') && members[0] === 'test';
  const isSuite = suiteNames.has(root) || (root === 'test' && members[0] === 'describe');
  const args = nodesOf(node.arguments);
  if (!(isSuite || isSubtest || testNames.has(root)) || !isTitle(args[0])) return undefined;
  // The callee of `it.each(rows)('title', ...)` is a call of its own, which declares nothing.
  const body = args.findLast((argument) => isFunction(argument));
  if (members[0] !== undefined && arranging.has(members[0])) return undefined;
  // Without a body it is a plan for a test, if it is spelled like one.
  if (body === undefined && !members.every((name) => bare.has(name))) return undefined;
  const title = titleOf(source, args[0]);
  const own = eachRows(node.callee, source, lists);
  const conditions = conditionModifiers(node.callee, source);
  return {
    node,
    body,
    name: [...suites, title].join(' > '),
    isSuite,
    modifiers: [
      ...members.flatMap((name) =>
        name === 'failing' ? ['fails'] : name === 'skipIf' || name === 'runIf' ? conditions : [name],
      ),
      ...modifierOf(root),
      ...optionModifiers(args, source),
      ...(body === undefined && !isSuite && !members.includes('todo') && args.length === 1 ? ['todo'] : []),
    ],
    cases: around.cases * Math.max(1, own?.length ?? 1),
    rows: [...around.rows, ...(own ?? [])],
  };
}

const isTitle = (value: unknown): boolean =>
  isNode(value) &&
  (stringOf(value) !== undefined ||
    ['TemplateLiteral', 'BinaryExpression', 'Identifier', 'MemberExpression'].includes(value.type));

function titleOf(source: Source, value: unknown): string {
  const text = stringOf(value);
  if (text !== undefined) return text;
  return isNode(value) ? source.text.slice(value.start, value.end) : '';
}

/** `it.skipIf(true)` never runs; `it.skipIf(isWindows)` runs somewhere. */
function conditionModifiers(callee: unknown, source: Source): string[] {
  const call = unwrapped(callee);
  if (!isNode(call) || call.type !== 'CallExpression') return [];
  const [condition] = nodesOf(call.arguments);
  return [
    condition !== undefined && isConstantCondition(source.text.slice(condition.start, condition.end))
      ? 'skip'
      : 'conditional',
  ];
}

function eachRows(callee: unknown, source: Source, lists: Lists): readonly string[] | undefined {
  const call = unwrapped(callee);
  if (!isNode(call)) return undefined;
  if (call.type === 'TaggedTemplateExpression') {
    const quasi = call.quasi;
    const lines = isNode(quasi) ? source.text.slice(quasi.start + 1, quasi.end - 1).split('\n') : [];
    return lines.filter((line) => line.includes('${')).map(normalised);
  }
  const [rows] = nodesOf(call.arguments);
  if (call.type !== 'CallExpression' || rows === undefined) return undefined;
  if (rows.type === 'Identifier') return lists.get(String(rows.name));
  return writtenRows(rows, (node) => (isNode(node) ? source.text.slice(node.start, node.end) : ''));
}

/** node:test and vitest take `{ skip: true }` as an argument. */
function optionModifiers(parameters: readonly SyntaxNode[], source: Source): string[] {
  return parameters.flatMap((argument) =>
    argument.type !== 'ObjectExpression'
      ? []
      : nodesOf(argument.properties).flatMap((property) => {
          const key = member(property.key, 'name');
          const value = property.value;
          if (typeof key !== 'string' || !['skip', 'only', 'todo', 'fails'].includes(key)) return [];
          if (member(value, 'value') === false) return [];
          const text = isNode(value) ? source.text.slice(value.start, value.end) : '';
          return [key === 'skip' && !isConstantCondition(text) ? 'conditional' : key];
        }),
  );
}
