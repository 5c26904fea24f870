// The imports of a script without a parser, where its text is plain enough: declarations at the top in their usual form, and no
// word behind them that an import could begin with. Everything else is left to the parser; nothing is guessed.
import { ownText } from './ownText.ts';
import type { TextWords } from './textWords.ts';

export interface WrittenImport {
  readonly specifier: string;
  readonly form: 'static' | 'type' | 'reExport';
  readonly isTypeOnly: boolean;
  readonly start: number;
  readonly end: number;
}

const blank = /(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)*/y;
const directive = /(?:'use \w+'|"use \w+")(?:[ \t]*;|(?=[ \t]*[\r\n]))/y;
/** Names, commas, braces and stars; a comment, a string or a letter of another script in between is the parser's. */
const declaration =
  /(?:import(?:(\s*[\w$\s,{}*]*?[\s}])from)?|export\s*(\*(?:\s*as\s+[\w$]+)?|\{[\w$\s,]*[\w$][\w$\s,]*\})\s*from)\s*(?:'([^'"\\\n\r]+)'|"([^'"\\\n\r]+)")([ \t]*;|(?=[ \t]*(?:[\r\n]|$)))/y;
/** Attributes, or a semicolon of its own. */
const goesOn = /;|with\b|assert\b/y;

export const mockMethods =
  'mock|doMock|unmock|dontMock|requireActual|requireMock|importActual|importMock|setMock|createMockFromModule';
export const mockMark = /\b(?:vi|vitest|jest)\b/;
export const mockUses = new RegExp(`\\b(?:${mockMethods})\\b`);
/** One word after the other, each of which is looked for far faster than all of them together. */
export const mayMock = (text: string): boolean =>
  /\bjest\b/.test(text) || /\bvitest\b/.test(text) || /\bvi\b/.test(text);
/** What stands behind the name where it is called, or where a member of it or the name of a member is. */
export const calledRequire = /\brequire\s*[(?.[/!<`'"]/;

/** Undefined when only the parser can tell. */
export function importsInText(text: string, words: TextWords): WrittenImport[] | undefined {
  if (words.hidesNames) return undefined;
  const found: WrittenImport[] = [];
  let at = after(blank, text, text.startsWith('#!') ? lineEnd(text) : 0) ?? 0;
  for (let end = after(directive, text, at); end !== undefined; end = after(directive, text, at))
    at = after(blank, text, end) ?? end;
  for (;;) {
    declaration.lastIndex = at;
    const match = declaration.exec(text);
    if (match === null) break;
    const [whole, clause, exported, single, double, semicolon = ''] = match;
    const end = at + whole.length;
    const next = after(blank, text, end) ?? end;
    if (semicolon === '' && after(goesOn, text, next) !== undefined) return undefined;
    const typed = exported === undefined && clause !== undefined ? isTypeClause(clause) : false;
    if (typed === undefined) return undefined;
    // Types may be left out of an export one by one, too.
    if (exported !== undefined && /\btype\b/.test(exported)) return undefined;
    const form = exported !== undefined ? 'reExport' : typed ? 'type' : 'static';
    found.push({ specifier: ownText(single ?? double ?? ''), form, isTypeOnly: typed, start: at, end });
    at = next;
  }
  return mayImport(text, at, words) ? undefined : found;
}

/** Undefined when `type` may be a name. */
function isTypeClause(clause: string): boolean | undefined {
  if (/^\s+type\b/.test(clause))
    return /^\s+type\s+(?:[\w$]|\{|\*)/.test(clause) && !/^\s+type\s+from\b/.test(clause) ? true : undefined;
  const braces = clause.indexOf('{');
  if (braces < 0) return false;
  const names = clause
    .slice(braces + 1, clause.lastIndexOf('}'))
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.some((name) => /^type(?:$|\s+as\b)/.test(name))) return undefined;
  const isAlone = clause.slice(0, braces).trim() === '';
  return isAlone && names.length > 0 && names.every((name) => name.startsWith('type '));
}

/** Whether what stands behind the declarations could import something. */
function mayImport(text: string, from: number, words: TextWords): boolean {
  const rest = text.slice(from);
  if (/\bimport\b/.test(rest) || words.mayMatch(calledRequire)) return true;
  if (/\bexport\b\s*(?:[*{/]|type\b)/.test(rest) && /\bfrom\b/.test(rest)) return true;
  return mayMock(text) && words.mayMatch(mockUses);
}

const lineEnd = (text: string): number => {
  const end = text.indexOf('\n');
  return end < 0 ? text.length : end;
};

/** Where a match that begins at the place ends; undefined when there is none. */
function after(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
