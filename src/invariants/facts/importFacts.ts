// Every way in which a script names another file or package: static, type, re-export, dynamic, require, import() types,
// mocks of test runners, and new URL() beside the file.
import * as z from 'zod';
import { importFormSchema } from '../../protocol/codeRules.ts';
import { calleeName, isNode, member, type SyntaxNode, stringOf } from '../source.ts';
import { eachChild } from './children.ts';
import type { FactMaker } from './factStore.ts';
import { calledRequire, mayMock, mockMark, mockMethods, mockUses } from './importMarks.ts';
import { matchSchema } from './matches.ts';
import { ownText } from './ownText.ts';
import { Places, startOf } from './places.ts';
import type { SourceFile } from './script.ts';

export const importFactSchema = matchSchema.extend({
  specifier: z.string(),
  form: importFormSchema,
  isTypeOnly: z.boolean(),
});
export type ImportFact = z.infer<typeof importFactSchema>;

const mockNames = new RegExp(`^(?:vi|vitest|jest)\\.(?:${mockMethods})$`);
/** Of these the parser lists the first by itself, where it is an expression. */
const dynamicMark = /\bimport\s*\(/g;
/** What every other form begins with, or has in it. */
const marks = new RegExp(
  [
    calledRequire.source,
    String.raw`\bimport\s*\/`,
    // Without a name the parser does not list it.
    String.raw`\bexport\s*\{\s*[}/]`,
    String.raw`\bdeclare\s*(?:\/|\b(?:module|global|namespace)\b)`,
  ].join('|'),
  'g',
);
const metaMark = /\bimport\s*\.\s*meta\b/g;
const metaUses = /\b(?:URL|resolve)\b/;
const everyMock = new RegExp(mockMark, 'g');
const everyRequire = new RegExp(calledRequire, 'g');

export const importFacts: FactMaker<ImportFact[]> = {
  key: 'imports@3',
  spec: { of: 'imports' },
  schema: z.array(importFactSchema),
  readsTree: (file) => marksIn(file)?.length !== 0,
  make: (file) => {
    const found: Omit<ImportFact, keyof z.infer<typeof matchSchema>>[] = [];
    const spans: { start: number; end: number }[] = [];
    const add = (specifier: string, form: ImportFact['form'], isTypeOnly: boolean, start: number, end: number) => {
      if (spans.some((span) => span.start === start && span.end === end)) return;
      found.push({ specifier: ownText(specifier), form, isTypeOnly });
      spans.push({ start, end });
    };
    const { imports, reExports, dynamic } = file.module;
    for (const { specifier, isTypeOnly, span } of imports)
      add(specifier, isTypeOnly ? 'type' : 'static', isTypeOnly, ...span);
    for (const { specifier, isTypeOnly, span } of reExports) add(specifier, 'reExport', isTypeOnly, ...span);
    for (const { request, span } of dynamic) {
      const literal = /^(['"`])([^'"`$\\]*)\1$/.exec(file.text.slice(...request))?.[2];
      if (literal !== undefined) add(literal, 'dynamic', false, ...span);
    }
    const listed = new Set(
      dynamic.filter(({ request }) => !file.text.slice(...request).includes('\\')).map(({ span }) => span[0]),
    );
    const places = marksIn(file)?.concat(
      endsOf(dynamicMark, file.text).flatMap(([start, end]) => (listed.has(start) ? [] : end)),
    );
    places?.sort((a, b) => a - b);
    if (places === undefined || places.length > 0)
      everyNode(file.program, places && new Places(places), (node) => {
        const called = fromNode(node);
        if (called !== undefined) add(called.specifier, called.form, isType(called.form), node.start, node.end);
      });
    return found.map((fact, index) => {
      const { start = 0, end = 0 } = spans[index] ?? {};
      return { ...fact, ...placeOf(file, start, end) };
    });
  },
};

// The context is the content itself, which who asks knows by its blob.
const placeOf = (file: SourceFile, start: number, end: number) => ({
  range: file.lines.range(start, end),
  ...{ text: '', symbol: '-', context: '' },
});

/** Where marks end, but for those of dynamic imports; undefined when names may be hidden. */
function marksIn({ text, words }: SourceFile): number[] | undefined {
  if (words.plain === undefined) return undefined;
  const found = endsOf(marks, text);
  if (text.search(metaMark) >= 0 && words.mayMatch(metaUses)) found.push(...endsOf(metaMark, text));
  if (mayMock(words.plain) && words.mayMatch(mockUses)) found.push(...endsOf(everyMock, text));
  // A name in quotes may have backslashes in it.
  const required =
    words.plain === text ? 0 : endsOf(everyRequire, words.plain).length - endsOf(everyRequire, text).length;
  return required === 0 ? found.map(([, end]) => end) : undefined;
}

/** @param pattern a global one */
function endsOf(pattern: RegExp, text: string): (readonly [start: number, end: number])[] {
  const found: (readonly [number, number])[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text))
    found.push([match.index, match.index + match[0].length - 1]);
  return found;
}

const isType = (form: ImportFact['form']): boolean => form === 'importType' || form === 'type';

/** Nodes around the places, in order; all nodes when there are none to go by, and all inside of a declared module. */
function everyNode(root: SyntaxNode, places: Places | undefined, enter: (node: SyntaxNode) => void): void {
  let isInside = places === undefined;
  // What stands before a node of a list may belong to it, as decorators of what is exported do.
  const step = (node: SyntaxNode, from: number): void => {
    if (!isInside && places?.isIn(Math.min(from, startOf(node)), node.end) === false) return;
    enter(node);
    const before = isInside;
    isInside ||= node.type === 'TSModuleDeclaration';
    let at = node.start;
    eachChild(node, (child) => {
      step(child, at);
      at = child.end;
    });
    isInside = before;
  };
  step(root, root.start);
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
