// The grammars that patterns can use: those of ast-grep itself, and further ones where their package is installed.
import type { PatternRule } from '../../protocol/codeRules.ts';

const own: Readonly<Record<string, string>> = {
  ts: 'TypeScript',
  tsx: 'Tsx',
  js: 'JavaScript',
  html: 'Html',
  css: 'Css',
};

/** @throws when there is no grammar of that language here */
export function grammarOf(language: PatternRule['language']): string {
  const name = own[language];
  if (name === undefined) throw new Error(`There is no grammar of ${language} here, so nothing can be said of it.`);
  return name;
}
