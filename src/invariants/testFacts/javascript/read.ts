// The tests of a JavaScript or TypeScript file, with what they assert, what they replace and what the file silences.
import { isNode, member, parseSource, type Source, type SyntaxNode, walk } from '../../source.ts';
import { helperFacts, restDigest, testFactOf } from '../assemble.ts';
import { collect, type Grammar, type Unit } from '../collect.ts';
import type { FileFacts, Suppression, TestFact } from '../factSchemas.ts';
import { directives } from '../suppressions.ts';
import { normalised } from '../text.ts';
import { isFunction, nodesOf, unwrapped } from './chain.ts';
import { type Declared, declaredIn } from './declarations.ts';
import { definitionOf, javascriptGrammar, writtenRows } from './grammar.ts';
import { mocksIn } from './mocks.ts';

export async function readJavascript(path: string, text: string): Promise<FileFacts> {
  const source = await parseSource(path, text);
  const [error] = source.errors;
  const [place] = source.errorLines;
  if (error !== undefined) return unread(path, `${path} cannot be parsed: ${error}`, place ?? 1);
  const textOf = (node: unknown): string => (isNode(node) ? text.slice(node.start, node.end) : '');
  const constants = new Map<string, { value: string; ends: number[] }>();
  const shadowed = new Set<string>();
  const lists = new Map<string, readonly string[]>();
  const shared = new Map<string, SyntaxNode>();
  const defines = new Set<string>();
  walk(source.program, (node) => {
    const definition = definitionOf(node);
    if (definition !== undefined) shared.set(definition.name, definition.body);
    for (const name of definedBy(node)) defines.add(name);
    if (node.type !== 'VariableDeclarator' || !isNode(node.init)) return;
    const name = member(node.id, 'name');
    if (typeof name !== 'string') return;
    const init = normalised(text.slice(node.init.start, node.init.end));
    // What begins empty is filled later, and a name that two scopes share stands for neither.
    const isFixed = !/^(?:\[\]|\{\}|new\b.*)$/s.test(init);
    const known = constants.get(name);
    if (!isFixed || (known !== undefined && known.value !== init)) shadowed.add(name);
    else if (known === undefined) constants.set(name, { value: init, ends: [node.end] });
    else known.ends.push(node.end);
    const list = unwrapped(node.init);
    const rows = isNode(list) ? writtenRows(list, textOf) : undefined;
    if (rows !== undefined) lists.set(name, rows);
  });
  for (const name of shadowed) constants.delete(name);
  const declared = declaredIn(source, lists);
  const line = (node: SyntaxNode): number => source.rangeOf(node.start, node.end).startLine;
  const unitOf = (body: SyntaxNode, hasNoParameters: boolean): Unit =>
    collect(body, line(body), javascriptGrammar(source, { hasNoParameters, lists, constants }));
  const units = new Map([...shared].map(([name, body]) => [name, unitOf(body, true)] as const));
  const used = new Set<string>();
  const tests = declared.map((test): TestFact => {
    const { body, node } = test;
    const inner = isNode(body?.body) ? body.body : undefined;
    const isWaiting = body === undefined || waits(body.params);
    return testFactOf(
      {
        ...test,
        line: line(node),
        statements: statementsIn(body),
        text: inner === undefined ? '' : text.slice(inner.start, inner.end),
      },
      inner === undefined || test.isSuite ? undefined : unitOf(inner, !isWaiting),
      units,
      used,
    );
  });
  tests.push(
    ...outsideTests(source, declared, javascriptGrammar(source, { hasNoParameters: false, lists, constants }), units),
  );
  const helpers = helperFacts(
    [...shared].map(([name, body]) => ({ name, line: line(body), text: text.slice(body.start, body.end) })),
    units,
    used,
  );
  const ranges = declared.filter(({ isSuite }) => !isSuite).map(({ node }) => [node.start, node.end] as const);
  return {
    path,
    problem: null,
    tests,
    helpers: helpers.filter(({ line: at }) => !tests.some((test) => test.line === at)),
    suppressions: suppressionsIn(source),
    mocks: mocksIn(path, source, tests, constants),
    defines: [...defines],
    rest: restDigest(text, ranges),
  };
}

/** What a file asserts outside of its tests: type tests and plain scripts have nothing else. */
function outsideTests(
  source: Source,
  declared: readonly Declared[],
  grammar: Grammar<SyntaxNode>,
  units: ReadonlyMap<string, Unit>,
): TestFact[] {
  if (!isNode(source.program)) return [];
  const inTests = new Set(declared.filter(({ isSuite }) => !isSuite).map(({ node }) => node));
  const outside = {
    ...grammar,
    children: (node: SyntaxNode) => grammar.children(node).filter((child) => !inTests.has(child)),
  };
  const unit = collect(source.program, 1, outside);
  // What a function does that nothing here calls is judged where it is called.
  if (unit.assertions.length === 0) return [];
  const plain = {
    name: '(outside of tests)',
    line: 1,
    isSuite: false,
    modifiers: [],
    statements: 1,
    cases: 1,
    rows: [],
  };
  return [testFactOf({ ...plain, text: '' }, { ...unit, locals: new Map() }, units, new Set())];
}

/** A callback or a context that a test tells its end. Rows of a table are parameters too and tell nothing. */
const waits = (parameters: unknown): boolean =>
  nodesOf(parameters).some((parameter) => /^(?:done|cb|callback|next|end|t|ctx|context)$/.test(String(parameter.name)));

const unread = (path: string, message: string, line: number): FileFacts => ({
  path,
  problem: { message, line },
  tests: [],
  helpers: [],
  suppressions: [],
  mocks: [],
  defines: [],
  rest: '',
});

function statementsIn(body: unknown): number {
  const block = member(body, 'body');
  if (!isNode(block)) return 0;
  if (block.type !== 'BlockStatement' && block.type !== 'FunctionBody') return 1;
  return Array.isArray(block.body) ? block.body.length : 0;
}

function definedBy(node: SyntaxNode): string[] {
  const named = (value: unknown): string[] => (typeof value === 'string' ? [value] : []);
  if (/^(?:Function|Class|TSInterface|TSEnum|TSTypeAlias)Declaration$/.test(node.type))
    return named(member(node.id, 'name'));
  if (node.type === 'MethodDefinition' || node.type === 'PropertyDefinition') return named(member(node.key, 'name'));
  if (node.type === 'VariableDeclarator') return named(member(node.id, 'name'));
  if (node.type === 'Property' && isFunction(node.value)) return named(member(node.key, 'name'));
  if (node.type === 'AssignmentExpression' && isNode(node.left) && node.left.type === 'MemberExpression')
    return named(member(node.left.property, 'name'));
  return [];
}

function suppressionsIn(source: Source): Suppression[] {
  return source.comments.flatMap((comment) => {
    const text = comment.value.replace(/^[\s*/!]+/, '');
    const directive = directives.find((candidate) => text.toLowerCase().startsWith(candidate));
    if (directive === undefined) return [];
    return [{ directive, line: source.rangeOf(comment.start, comment.end).startLine, text: text.trim().slice(0, 200) }];
  });
}
