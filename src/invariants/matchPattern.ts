// Pattern rules on ast-grep. Its TypeScript grammar misreads `await a.b<T>()`, so a pattern is no proof of absence there.
import type { SgNode } from '@ast-grep/napi';
import type { PatternRule } from '../protocol/codeRules.ts';
import type { Violation } from './messages.ts';

const languages: Readonly<Record<string, string>> = {
  ts: 'TypeScript',
  tsx: 'Tsx',
  js: 'JavaScript',
  html: 'Html',
  css: 'Css',
};
const namedKinds = new Set([
  'function_declaration',
  'method_definition',
  'class_declaration',
  'abstract_class_declaration',
  'interface_declaration',
  'variable_declarator',
  'public_field_definition',
]);

export async function matchPattern(rule: PatternRule, path: string, text: string): Promise<Violation[]> {
  const { parse } = await import('@ast-grep/napi');
  const root = parse(languages[rule.language] ?? rule.language, text).root();
  const found = rule.pattern === undefined ? root.findAll({ rule: { ...rule.rule } }) : root.findAll(rule.pattern);
  return found.map((node) => {
    const { start, end } = node.range();
    return {
      rule: rule.id,
      path,
      range: {
        startLine: start.line + 1,
        startColumn: start.column + 1,
        endLine: end.line + 1,
        endColumn: end.column + 1,
      },
      message: rule.message,
      text: node.text().slice(0, 500),
      symbol: symbolOf(node),
    };
  });
}

function symbolOf(node: SgNode): string {
  const names = node
    .ancestors()
    .filter((ancestor) => namedKinds.has(String(ancestor.kind())))
    .map((ancestor) => ancestor.field('name')?.text() ?? '')
    .filter((name) => name !== '');
  return names.length === 0 ? '-' : names.reverse().join('.');
}
