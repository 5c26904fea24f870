// Every way in which a script names another file or package: static, type, re-export, dynamic, require, import() types,
// mocks of test runners, and new URL() beside the file.
import * as z from 'zod';
import { importFormSchema } from '../../protocol/codeRules.ts';
import { calleeName, isNode, member, type SyntaxNode, stringOf } from '../source.ts';
import { eachChild } from './children.ts';
import type { FactMaker } from './factStore.ts';
import { matchSchema } from './matches.ts';

export const importFactSchema = matchSchema.extend({
  specifier: z.string(),
  form: importFormSchema,
  isTypeOnly: z.boolean(),
});
export type ImportFact = z.infer<typeof importFactSchema>;

const mockNames =
  /^(?:vi|vitest|jest)\.(?:mock|doMock|unmock|dontMock|requireActual|requireMock|importActual|importMock|setMock|createMockFromModule)$/;
const mayCall =
  /\brequire\b|\bimport\s*\(|\bimport\s*\.\s*meta\b|\b(?:vi|vitest|jest)\s*\.|\bdeclare\s+(?:module|global|namespace)\b/;

export const importFacts: FactMaker<ImportFact[]> = {
  key: 'imports@2',
  schema: z.array(importFactSchema),
  make: (file) => {
    const found: Omit<ImportFact, keyof z.infer<typeof matchSchema>>[] = [];
    const places: { start: number; end: number }[] = [];
    const add = (specifier: string, form: ImportFact['form'], isTypeOnly: boolean, start: number, end: number) => {
      if (places.some((place) => place.start === start && place.end === end)) return;
      found.push({ specifier, form, isTypeOnly });
      places.push({ start, end });
    };
    const { imports, reExports, dynamic } = file.module;
    for (const { specifier, isTypeOnly, span } of imports)
      add(specifier, isTypeOnly ? 'type' : 'static', isTypeOnly, ...span);
    for (const { specifier, isTypeOnly, span } of reExports) add(specifier, 'reExport', isTypeOnly, ...span);
    for (const { request, span } of dynamic) {
      const literal = /^(['"`])([^'"`$\\]*)\1$/.exec(file.text.slice(...request))?.[2];
      if (literal !== undefined) add(literal, 'dynamic', false, ...span);
    }
    if (mayCall.test(file.text) || file.hasEscapes)
      everyNode(file.program, (node) => {
        const called = fromNode(node);
        if (called !== undefined) add(called.specifier, called.form, isType(called.form), node.start, node.end);
      });
    return found.map((fact, index) => {
      const { start = 0, end = 0 } = places[index] ?? {};
      // The context is the content itself, which who asks knows by its blob.
      return { ...fact, range: file.lines.range(start, end), text: '', symbol: '-', context: '' };
    });
  },
};

const isType = (form: ImportFact['form']): boolean => form === 'importType' || form === 'type';

function everyNode(root: unknown, enter: (node: SyntaxNode) => void): void {
  const step = (node: SyntaxNode): void => {
    enter(node);
    eachChild(node, step);
  };
  if (isNode(root)) step(root);
}

function fromNode(node: SyntaxNode): Pick<ImportFact, 'specifier' | 'form'> | undefined {
  // In the body of a `declare module`; those of the file itself are listed by the parser, and are there already.
  if (node.type === 'ImportDeclaration') return named(stringOf(node.source), 'type');
  if (node.type === 'ExportAllDeclaration' || node.type === 'ExportNamedDeclaration')
    return named(stringOf(node.source), 'reExport');
  if (node.type === 'TSImportType')
    return named(stringOf(node.source) ?? stringOf(member(node.argument, 'literal')), 'importType');
  if (node.type === 'TSExternalModuleReference') return named(stringOf(node.expression), 'require');
  if (node.type === 'ImportExpression') return named(stringOf(node.source), 'dynamic');
  if (!Array.isArray(node.arguments)) return undefined;
  const [first, second] = node.arguments;
  if (node.type === 'NewExpression')
    return calleeName(node.callee) === 'URL' && isImportMetaUrl(second) ? named(stringOf(first), 'url') : undefined;
  if (node.type !== 'CallExpression') return undefined;
  const name = calleeName(node.callee) ?? '';
  if (name === 'require' || name === 'require.resolve' || name === 'module.require')
    return named(stringOf(first), 'require');
  if (isMetaResolve(node.callee)) return named(stringOf(first), 'url');
  if (!mockNames.test(name)) return undefined;
  // vi.mock(import('./x')) names the module by an expression.
  return named(isNode(first) && first.type === 'ImportExpression' ? stringOf(first.source) : stringOf(first), 'mock');
}

const named = (specifier: string | undefined, form: ImportFact['form']) =>
  specifier === undefined || specifier === '' ? undefined : { specifier, form };

function isMetaResolve(callee: unknown): boolean {
  if (!isNode(callee) || callee.type !== 'MemberExpression' || !isNode(callee.object)) return false;
  return callee.object.type === 'MetaProperty' && member(callee.property, 'name') === 'resolve';
}

function isImportMetaUrl(node: unknown): boolean {
  if (!isNode(node) || node.type !== 'MemberExpression' || !isNode(node.object)) return false;
  return node.object.type === 'MetaProperty' && member(node.property, 'name') === 'url';
}
