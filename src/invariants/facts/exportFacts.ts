// What the exports of a script lead to: another module's export, an alias of it, or a function that only hands its arguments
// on. Exports that are made here lead nowhere and are left out.
import * as z from 'zod';
import { isNode, type SyntaxNode, stringOf } from '../source.ts';
import { resolve } from './bindings.ts';
import type { FactMaker } from './factStore.ts';
import { list, nameOf, type Reference, type Scope } from './scopes.ts';

const leadSchema = z.object({
  name: z.string(),
  specifier: z.string(),
  /** The export of the other module, `*` for all of it. */
  imported: z.string(),
  path: z.array(z.string()),
  isWrapper: z.boolean(),
});
export type ExportLead = z.infer<typeof leadSchema>;

/** A name `*` hands every export of the other module on. */
export const exportFacts: FactMaker<ExportLead[]> = {
  key: 'exports@1',
  spec: { of: 'exports' },
  schema: z.array(leadSchema),
  make: (file) => {
    const { imports, reExports } = file.module;
    // Without an import nothing can lead elsewhere.
    if (imports.length === 0 && reExports.length === 0 && !/\brequire\b|\bimport\s*\(/.test(file.text)) return [];
    const { top } = file.index;
    return list(file.program.body).flatMap((node) => leadsOf(node, top));
  },
};

function leadsOf(node: SyntaxNode, top: Scope): ExportLead[] {
  if (node.type === 'ExportAllDeclaration') {
    const specifier = stringOf(node.source);
    if (specifier === undefined) return [];
    const name = nameOf(node.exported) ?? '*';
    return [{ name, specifier, imported: '*', path: [], isWrapper: false }];
  }
  if (node.type === 'ExportDefaultDeclaration') return leads('default', node.declaration, top);
  if (node.type !== 'ExportNamedDeclaration') return [];
  const from = stringOf(node.source);
  const named = list(node.specifiers).flatMap((specifier) => {
    const name = nameOf(specifier.exported) ?? stringOf(specifier.exported) ?? '';
    const local = nameOf(specifier.local) ?? stringOf(specifier.local) ?? '';
    if (from !== undefined) return [{ name, specifier: from, imported: local, path: [], isWrapper: false }];
    const declaration = top.find(local)?.declaration;
    return leads(name, declaration ?? specifier.local, top);
  });
  if (!isNode(node.declaration)) return named;
  if (node.declaration.type !== 'VariableDeclaration') {
    const name = nameOf(node.declaration.id);
    return name === undefined ? named : [...named, ...leads(name, node.declaration, top)];
  }
  const declared = list(node.declaration.declarations).flatMap(({ id }) =>
    namesIn(id).flatMap((name) => leads(name, { type: 'Identifier', start: 0, end: 0, name }, top)),
  );
  return [...named, ...declared];
}

function leads(name: string, value: unknown, top: Scope): ExportLead[] {
  const bound = isNode(value) && value.type === 'Identifier' ? onlySource(value, top) : value;
  const callee = isNode(bound) ? handedOn(bound) : undefined;
  if (callee !== undefined) return resolve(callee, top).flatMap((reference) => leadTo(name, reference, true));
  return isNode(value) ? resolve(value, top).flatMap((reference) => leadTo(name, reference, false)) : [];
}

function onlySource(node: SyntaxNode, top: Scope): unknown {
  const sources = top.find(nameOf(node) ?? '')?.sources ?? [];
  const [only] = sources;
  return sources.length === 1 && only !== undefined && only.path.length === 0 ? only.expression : undefined;
}

function leadTo(name: string, { root, path }: Reference, isWrapper: boolean): ExportLead[] {
  if (root.kind !== 'import') return [];
  return [{ name, specifier: root.specifier, imported: root.name, path: [...path], isWrapper }];
}

/** The function that this one calls with exactly its own arguments, or undefined. */
function handedOn(node: SyntaxNode): unknown {
  if (!['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(node.type)) return undefined;
  let call: unknown = node.body;
  if (isNode(call) && call.type === 'BlockStatement') {
    const [only, ...more] = list(call.body);
    if (only === undefined || more.length > 0) return undefined;
    call =
      only.type === 'ReturnStatement'
        ? only.argument
        : only.type === 'ExpressionStatement'
          ? only.expression
          : undefined;
  }
  while (
    isNode(call) &&
    ['AwaitExpression', 'ChainExpression', 'ParenthesizedExpression', 'TSAsExpression'].includes(call.type)
  )
    call = call.type === 'AwaitExpression' ? call.argument : call.expression;
  if (!isNode(call) || call.type !== 'CallExpression') return undefined;
  const given = list(node.params).map((param) =>
    param.type === 'RestElement' ? `...${nameOf(param.argument)}` : nameOf(param),
  );
  const passed = list(call.arguments).map((argument) =>
    argument.type === 'SpreadElement' ? `...${nameOf(argument.argument)}` : nameOf(argument),
  );
  const isSame =
    given.length === passed.length && given.every((name, index) => name !== undefined && name === passed[index]);
  return isSame ? call.callee : undefined;
}

function namesIn(pattern: unknown): string[] {
  if (!isNode(pattern)) return [];
  if (pattern.type === 'Identifier') return [nameOf(pattern) ?? ''];
  if (pattern.type === 'ObjectPattern')
    return list(pattern.properties).flatMap((property) =>
      namesIn(property.type === 'RestElement' ? property.argument : property.value),
    );
  if (pattern.type === 'ArrayPattern') return list(pattern.elements).flatMap(namesIn);
  return pattern.type === 'AssignmentPattern' ? namesIn(pattern.left) : [];
}
