// Source text made comparable: whitespace, quotes, words, literals. Nothing here knows a language's tree.
import { createHash } from 'node:crypto';

const longestText = 400;
const longestBody = 6_000;

/** One spelling for texts that differ in whitespace, quotes and trailing commas alone. */
export function normalised(text: string): string {
  const spaced = text
    .replace(/\s+/g, ' ')
    .replace(/ ?([()[\]{},.:]) ?/g, '$1')
    .replace(/,([)\]}])/g, '$1');
  const plain = spaced.replace(
    /"(?:\\.|[^"\\])*"|'([^'"\\]*)'|`([^`"\\$]*)`/g,
    (whole, single?: string, tick?: string) => ((single ?? tick) === undefined ? whole : `"${single ?? tick}"`),
  );
  return plain.trim().slice(0, longestText);
}

/** The words and signs of a text, parted by blanks. */
export const tokensOf = (text: string): string =>
  (text.match(/[\p{L}_$][\p{L}\p{N}_$]*|\d[\w.]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[^\s\p{L}\p{N}_$]/gu) ?? [])
    .join(' ')
    .slice(0, longestBody);

/** Words that are values by themselves, and those that make one of what stands in their brackets: `from` and `of` only as members. */
const literalWords =
  /\b(?:true|false|null|undefined|nil|None|True|False|NaN|Infinity|new)\b|\b(?:(?:Set|Map|Date|Some|Ok|vec|String|List|Arrays)|(?<=(?:\.|::)\s*)(?:from|of|asList))\b(?=\s*(?:[(<.!]|::))/g;

/** True for a text that needs nothing but itself: numbers, strings, and lists or records of them. */
export function isLiteral(text: string | null): boolean {
  if (text === null || text === '') return false;
  const bare = text
    .replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\$])*`|\/(?:\\.|[^/\\])+\/[a-z]*/g, '0')
    .replace(/\b[bfru]0/gi, '0')
    .replace(/[\p{L}_$][\p{L}\p{N}_$]*\s*:(?!:)/gu, '')
    .replace(literalWords, '')
    .replace(/\b\d[\d_]*(?:\.\d+)?(?:e[-+]?\d+)?(?:n|L|f|d|[iuf](?:8|16|32|64|128|size))?\b/gi, '0')
    .replace(/\b0x[\da-f]+\b/gi, '0');
  return !/[\p{L}_$]/u.test(bare);
}

/** True for a text whose value is written in it and can therefore not depend on what is tested. */
export function isConstantCondition(text: string, isAlternation = /\|\||\bor\b/): boolean {
  const bare = stripParens(text);
  if (isLiteral(bare)) return true;
  if (isAlternation.test(bare) && /(?:^|\|\||\bor\b)\s*(?:true|True|1)\s*(?:$|\|\||\bor\b)/.test(bare)) return true;
  const [, left, right] = /^(.+?)\s*(?:===?|\bis\b)\s*([^=<>!&|]+)$/.exec(bare) ?? [];
  return left !== undefined && right !== undefined && normalised(left) === normalised(right);
}

export function stripParens(text: string): string {
  let bare = text.trim();
  while (bare.startsWith('(') && bare.endsWith(')') && closes(bare)) bare = bare.slice(1, -1).trim();
  return bare;
}

/** Whether the first bracket is closed by the last. */
function closes(text: string): boolean {
  let depth = 0;
  for (const [index, sign] of [...text].entries()) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (depth === 0 && index < text.length - 1) return false;
  }
  return true;
}

/** A handler that neither fails nor keeps the error lets a broken assertion go by. */
export const swallows = (handler: string): boolean =>
  !/\b(?:throw|raise|assert\w*|expect|fail\w*|reject|done|next|should|panic|unreachable|callback|cb|resume_unwind)\b|\w[\w.]*\s*=(?!=)|\breturn\s+(?:err|e|error)\b/i.test(
    handler.replace(
      /\b(?:console\.\w+|logger?\.\w+|logging\.\w+|print(?:ln)?!?|System\.\w+\.print\w*)\s*\([^)]*\)/g,
      '',
    ),
  );

export const numberOf = (text: string | undefined | null): number | null => {
  if (text === undefined || text === null) return null;
  const found = /^-?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[-+]?\d+)?(?=[a-zA-Z_]*\d*$)/i.exec(text.trim());
  return found === null ? null : Number(found[0].replaceAll('_', ''));
};

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
