// What a JavaScript test replaces, and whether that is the very thing it tests. Replacing a collaborator is no finding.
import { calleeName, isNode, member, type Source, type SyntaxNode, stringOf, walk } from '../../source.ts';
import type { MockFact, TestFact } from '../factSchemas.ts';
import type { Constants } from './assertions.ts';
import { isFunction, nodesOf, unwrapped } from './chain.ts';

const moduleMocks =
  /^(?:vi|vitest|jest|td|mock|t\.mock|mock\.module|proxyquire|rewiremock)(?:\.(?:mock|doMock|unstable_mockModule|replace|module|setMock))?$/;
const spies = /^(?:vi|jest|sinon|mock|t\.mock|td)\.(?:spyOn|stub|replace|replaceProperty|method)$/;

export function mocksIn(path: string, source: Source, tests: readonly TestFact[], constants: Constants): MockFact[] {
  const found: MockFact[] = [];
  const tested = testedNames(tests, constants);
  const base = baseName(path);
  const imported = importedNames(source);
  walk(source.program, (node) => {
    const line = source.rangeOf(node.start, node.end).startLine;
    if (node.type === 'AssignmentExpression') {
      const left = unwrapped(node.left);
      const name = isNode(left) && left.type === 'MemberExpression' ? member(left.property, 'name') : undefined;
      const object = isNode(left) ? calleeName(left.object) : undefined;
      if (typeof name !== 'string' || object === undefined || !imported.has(object.split('.')[0] ?? '')) return;
      if (isFunction(node.right) || /^(?:vi|jest)\.fn|^sinon\.(?:stub|fake)/.test(calleeName(node.right) ?? ''))
        found.push({ target: `${object}.${name}`, line, subject: tested.has(name) ? name : null });
      return;
    }
    if (node.type !== 'CallExpression') return;
    const name = calleeName(node.callee) ?? '';
    const [target, second] = nodesOf(node.arguments);
    const specifier = stringOf(target) ?? importedSpecifier(target);
    if (specifier !== undefined && moduleMocks.test(name) && /^[.@\w]/.test(specifier) && name.includes('.')) {
      const names = imported.of(specifier);
      const isPartial = /importActual|importOriginal|requireActual|\boriginal\b|\bactual\b/.test(
        second === undefined ? '' : source.text.slice(second.start, second.end),
      );
      const replaced = replacedBy(second) ?? names;
      const hit =
        names.find((candidate) => tested.has(candidate) && (!isPartial || replaced.includes(candidate))) ??
        (!isPartial && specifier.startsWith('.') && baseName(specifier) === base ? base : undefined);
      found.push({ target: specifier, line, subject: hit ?? null });
      return;
    }
    const method = stringOf(second);
    // A spy that only looks on replaces nothing.
    if (
      spies.test(name.replace(/\.(?:mock[A-Z]\w*|returns|resolves|callsFake|rejects|yields).*$/, '')) &&
      method !== undefined
    ) {
      if (!isReplacing(name, node, source)) return;
      const last = found.findLast((mock) => mock.line === line && mock.target.endsWith(`.${method}`));
      if (last === undefined)
        found.push({
          target: `${calleeName(target) ?? '?'}.${method}`,
          line,
          subject: tested.has(method) ? method : null,
        });
    }
  });
  return found;
}

/** `vi.spyOn(a, 'b').mockReturnValue(1)` replaces; the call that is looked at is the inner one. */
function isReplacing(name: string, node: SyntaxNode, source: Source): boolean {
  if (/^(?:sinon|mock|t\.mock|td)\./.test(name)) return true;
  const rest = source.text.slice(node.end, node.end + 40).replace(/^\s+/, '');
  return /^\.(?:mock(?:Return|Resolved|Rejected|Implementation)|and)/.test(rest);
}

/** Names of functions whose results are asserted on, through one constant. */
function testedNames(tests: readonly TestFact[], constants: Constants): Set<string> {
  const names = new Set<string>();
  for (const { assertions } of tests)
    for (const { subject } of assertions)
      for (const text of [subject, constants.get(subject.replace(/[.[].*$/, ''))?.value ?? ''])
        for (const [, name] of text.matchAll(/([A-Za-z_$][\w$]*)\(/g)) if (name !== undefined) names.add(name);
  return names;
}

const baseName = (path: string): string =>
  (path.split('/').at(-1) ?? '').replace(/\.[cm]?[jt]sx?$/, '').replace(/[.-](?:test|spec)$/, '');

function importedSpecifier(node: unknown): string | undefined {
  const inner = unwrapped(node);
  return isNode(inner) && inner.type === 'ImportExpression' ? stringOf(inner.source) : undefined;
}

/** Keys of the object that a factory returns. */
function replacedBy(factory: unknown): string[] | undefined {
  const keys: string[] = [];
  let isFactory = false;
  walk(factory, (node) => {
    if (isFunction(node) || node.type === 'ObjectExpression') isFactory = true;
    if (node.type === 'Property') {
      const key = member(node.key, 'name') ?? stringOf(node.key);
      if (typeof key === 'string') keys.push(key);
    }
  });
  return isFactory ? keys : undefined;
}

function importedNames(source: Source): { has(name: string): boolean; of(specifier: string): string[] } {
  const bySpecifier = new Map<string, string[]>();
  const add = (specifier: string | undefined, name: unknown) => {
    if (specifier !== undefined && typeof name === 'string')
      bySpecifier.set(specifier, [...(bySpecifier.get(specifier) ?? []), name]);
  };
  walk(source.program, (node) => {
    if (node.type === 'ImportDeclaration')
      for (const specifier of nodesOf(node.specifiers)) add(stringOf(node.source), member(specifier.local, 'name'));
    if (node.type !== 'VariableDeclarator') return;
    const init = unwrapped(node.init);
    const call = isNode(init) && init.type === 'AwaitExpression' ? unwrapped(init.argument) : init;
    if (!isNode(call)) return;
    const required =
      call.type === 'CallExpression' && calleeName(call.callee) === 'require'
        ? stringOf(nodesOf(call.arguments)[0])
        : importedSpecifier(call);
    add(required, member(node.id, 'name'));
    if (isNode(node.id))
      for (const property of nodesOf(node.id.properties)) add(required, member(property.value, 'name'));
  });
  const all = new Set([...bySpecifier.values()].flat());
  return { has: (name) => all.has(name), of: (specifier) => bySpecifier.get(specifier) ?? [] };
}
