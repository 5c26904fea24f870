// SQL as `{ statements: [{ verb, name, text, columns }] }`, read by its words and brackets: dialects differ in everything else.
// A string, comment or dollar quote never splits a statement. It does not check that the SQL is valid.
import type { DataDocument, Span } from './document.ts';

interface Statement {
  /** For instance `create table`, `alter table`, `insert`. */
  readonly verb: string;
  /** What it is about, without quotes and schema marks kept as written: `public.users`. */
  readonly name: string;
  readonly text: string;
  /** Of `create table`. */
  readonly columns: readonly { readonly name: string; readonly type: string; readonly text: string }[];
}

/** One token: white space, comment, string, quoted name, dollar quote, word, or one character. */
const token =
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|[eE]?'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[A-Za-z_][^\]\n]*\]|(\$[A-Za-z_]*\$)[\s\S]*?\1|[\w$.]+|[\s\S]/gy;
const isSkipped = (text: string): boolean => /^\s|^--|^\/\*/.test(text);
const tableWords = /^(?:constraint|primary|foreign|unique|check|key|index|exclude|like|partition)$/i;

export function readSql(text: string): DataDocument {
  const statements: { value: Statement; span: Span }[] = [];
  let words: string[] = [];
  let start = 0;
  let end = 0;
  const finish = () => {
    if (words.length > 0) statements.push({ value: statementOf(words), span: [start, end] });
    words = [];
  };
  for (const found of text.matchAll(token)) {
    const [part] = found;
    if (isSkipped(part)) continue;
    if (part === ';') {
      finish();
      continue;
    }
    if (words.length === 0) start = found.index;
    end = found.index + part.length;
    words.push(part);
  }
  finish();
  return {
    value: { statements: statements.map(({ value }) => value) },
    spanOf: ([, index]) => (typeof index === 'number' ? statements[index]?.span : undefined),
  };
}

function statementOf(words: readonly string[]): Statement {
  const lower = words.map((word) => word.toLowerCase());
  const first = lower[0] ?? '';
  let at = 1;
  let verb = first;
  if (['create', 'alter', 'drop'].includes(first)) {
    while (
      [
        'or',
        'replace',
        'temp',
        'temporary',
        'unlogged',
        'global',
        'local',
        'unique',
        'materialized',
        'recursive',
        'constraint',
        'event',
        'foreign',
      ].includes(lower[at] ?? '')
    )
      at += 1;
    verb = `${first} ${lower[at] ?? ''}`.trim();
    at += 1;
  } else if (['insert', 'delete', 'merge', 'grant', 'revoke'].includes(first)) {
    while (['into', 'from'].includes(lower[at] ?? '')) at += 1;
  } else if (first === 'truncate' && lower[at] === 'table') at += 1;
  while (['if', 'not', 'exists', 'concurrently', 'only'].includes(lower[at] ?? '')) at += 1;
  const columns = verb === 'create table' ? columnsOf(words.slice(at + 1)) : [];
  return { verb, name: joinedName(words, at), text: joined(words), columns };
}

/** `"public"."users"` and public.users alike. */
function joinedName(words: readonly string[], at: number): string {
  let name = unquoted(words[at] ?? '');
  for (let next = at + 1; words[next] === '.' || words[next]?.startsWith('.') === true; next += 1) {
    if (words[next] === '.') {
      name += `.${unquoted(words[next + 1] ?? '')}`;
      next += 1;
    } else name += words[next];
  }
  return name;
}

const unquoted = (word: string): string => (/^["`[]/.test(word) ? word.slice(1, -1) : word);

const joined = (words: readonly string[]): string =>
  words
    .join(' ')
    .replace(/ ([,.)])/g, '$1')
    .replace(/\( /g, '(');

function columnsOf(words: readonly string[]): Statement['columns'] {
  const open = words.indexOf('(');
  if (open < 0) return [];
  const parts: string[][] = [[]];
  let depth = 1;
  for (const word of words.slice(open + 1)) {
    if (word === '(') depth += 1;
    if (word === ')') depth -= 1;
    if (depth === 0) break;
    if (word === ',' && depth === 1) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts
    .filter((part) => part.length > 1 && !tableWords.test(part[0] ?? ''))
    .map((part) => ({ name: unquoted(part[0] ?? ''), type: (part[1] ?? '').toLowerCase(), text: joined(part) }));
}
