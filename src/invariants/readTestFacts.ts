// What a test file declares: its tests, how they are marked, how much they check, and what it silences.
import type { FileFacts, Suppression, TestFact } from './messages.ts';
import {
  calleeName,
  isNode,
  isScript,
  maxSourceLength,
  member,
  parseSource,
  type Source,
  type SyntaxNode,
  stringOf,
  walk,
} from './source.ts';

const testNames = new Set(['test', 'it', 'specify', 'xit', 'xtest', 'fit', 'Deno.test']);
const suiteNames = new Set(['describe', 'suite', 'context', 'xdescribe', 'fdescribe']);
const modifierOf: Readonly<Record<string, string>> = {
  xit: 'skip',
  xtest: 'skip',
  xdescribe: 'skip',
  fit: 'only',
  fdescribe: 'only',
};
const assertionRoots = new Set(['expect', 'assert', 't', 'should', 'chai', 'expectTypeOf', 'assertType']);

/** Comments that silence a judge, by the start of the comment's text. */
const directives = [
  '@ts-ignore',
  '@ts-expect-error',
  '@ts-nocheck',
  'eslint-disable',
  'biome-ignore',
  'oxlint-disable',
  'deno-lint-ignore',
  'tslint:disable',
  'prettier-ignore',
  'istanbul ignore',
  'c8 ignore',
  'v8 ignore',
  'node:coverage',
  'stryker disable',
  'ratchet-ignore',
];
/** The same for languages that are read as text, by what the rest of a line begins with. */
const lineDirectives =
  /(?:#|\/\/|--)\s*(noqa\b|type:\s*ignore|pylint:\s*disable|pragma:\s*no cover|nolint\b|nosec\b|checkstyle:off|NOSONAR|shellcheck disable|rubocop:disable|tflint-ignore|checkov:skip)/i;

export async function readTestFacts(path: string, text: string): Promise<FileFacts> {
  if (text.length > maxSourceLength)
    return { path, problem: `${path} is too large to be read as code.`, tests: [], suppressions: [] };
  if (!isScript(path)) return { path, problem: null, tests: [], suppressions: textSuppressions(text) };
  const source = await parseSource(path, text);
  const [error] = source.errors;
  if (error !== undefined) return { path, problem: `${path} cannot be parsed: ${error}`, tests: [], suppressions: [] };
  return { path, problem: null, tests: testsIn(source), suppressions: commentSuppressions(source) };
}

function testsIn(source: Source): TestFact[] {
  const tests: TestFact[] = [];
  const suites: { node: SyntaxNode; name: string }[] = [];
  walk(
    source.program,
    (node) => {
      if (node.type !== 'CallExpression' || !Array.isArray(node.arguments)) return;
      const name = calleeName(node.callee);
      const [root = '', ...modifiers] = name?.split('.') ?? [];
      const isSuite = suiteNames.has(root);
      const body = node.arguments.findLast((argument) => isNode(argument) && /Function/.test(argument.type));
      const isDeclaration = (isSuite || testNames.has(root)) && node.arguments.length > 0 && isTitle(node.arguments[0]);
      if (!isDeclaration) return;
      const title = titleOf(source, node.arguments[0]);
      const full = [...suites.map((suite) => suite.name), title].join(' > ');
      const marked = modifierOf[root];
      tests.push({
        name: full,
        line: source.rangeOf(node.start, node.end).startLine,
        isSuite,
        modifiers: [...modifiers, ...(marked === undefined ? [] : [marked]), ...optionModifiers(node.arguments)],
        statements: statementsIn(body),
        assertions: isSuite ? 0 : assertionsIn(body),
      });
      if (isSuite) suites.push({ node, name: title });
    },
    (node) => {
      if (suites.at(-1)?.node === node) suites.pop();
    },
  );
  return tests;
}

const isTitle = (value: unknown): boolean =>
  isNode(value) &&
  (stringOf(value) !== undefined ||
    value.type === 'TemplateLiteral' ||
    value.type === 'BinaryExpression' ||
    value.type === 'Identifier');

function titleOf(source: Source, value: unknown): string {
  const text = stringOf(value);
  if (text !== undefined) return text;
  return isNode(value) ? source.text.slice(value.start, value.end) : '';
}

/** node:test and vitest take `{ skip: true }` as an argument; jest's and mocha's bodies may call `this.skip()`. */
function optionModifiers(parameters: readonly unknown[]): string[] {
  const found: string[] = [];
  for (const argument of parameters) {
    if (isNode(argument) && argument.type === 'ObjectExpression' && Array.isArray(argument.properties))
      for (const property of argument.properties) {
        const key = member(member(property, 'key'), 'name');
        const isOff = member(member(property, 'value'), 'value') === false;
        if (typeof key === 'string' && ['skip', 'only', 'todo', 'fails'].includes(key) && !isOff) found.push(key);
      }
    if (isNode(argument) && /Function/.test(argument.type))
      walk(argument.body, (node) => {
        if (node.type !== 'CallExpression') return;
        const callee = node.callee;
        const property = member(member(callee, 'property'), 'name');
        const object = member(callee, 'object');
        const isContext =
          isNode(object) &&
          (object.type === 'ThisExpression' || ['t', 'ctx', 'context'].includes(String(member(object, 'name'))));
        if (property === 'skip' && isContext) found.push('skip');
      });
  }
  return found;
}

function statementsIn(body: unknown): number {
  const block = member(body, 'body');
  if (!isNode(block)) return 0;
  if (block.type !== 'BlockStatement' && block.type !== 'FunctionBody') return 1;
  return Array.isArray(block.body) ? block.body.length : 0;
}

function assertionsIn(body: unknown): number {
  let count = 0;
  walk(body, (node) => {
    if (node.type !== 'CallExpression') return;
    const callee = node.callee;
    if (!isNode(callee)) return;
    // `expect(x).toBe(y)` is one assertion: its inner call counts, the matcher around it does not.
    const isPlain =
      callee.type === 'Identifier' ||
      (callee.type === 'MemberExpression' && isNode(callee.object) && callee.object.type !== 'CallExpression');
    const [root = '', method = ''] = calleeName(callee)?.split('.') ?? [];
    if (isPlain && assertionRoots.has(root) && !(root === 't' && method === 'test') && method !== 'skip') count += 1;
    else if (callee.type === 'MemberExpression' && /^(?:should|expect)/.test(String(member(callee.property, 'name'))))
      count += 1;
  });
  return count;
}

function commentSuppressions(source: Source): Suppression[] {
  return source.comments.flatMap((comment) => {
    const text = comment.value.replace(/^[\s*/!]+/, '');
    const directive = directives.find((candidate) => text.toLowerCase().startsWith(candidate));
    if (directive === undefined) return [];
    return [{ directive, line: source.rangeOf(comment.start, comment.end).startLine, text: text.trim().slice(0, 200) }];
  });
}

function textSuppressions(text: string): Suppression[] {
  return text.split('\n').flatMap((line, index) => {
    const directive = lineDirectives.exec(line)?.[1];
    return directive === undefined
      ? []
      : [{ directive: directive.toLowerCase(), line: index + 1, text: line.trim().slice(0, 200) }];
  });
}
