// How much a bare condition pins down, from its text. Used where an assertion is a condition and not a matcher.
import { strengths } from './factSchemas.ts';
import { isConstantCondition, isLiteral, normalised, numberOf, stripParens } from './text.ts';

/** Characters of a condition that are looked at. */
const longestCondition = 2_000;

export interface Condition {
  readonly kind: string;
  readonly subject: string;
  readonly expected: string | null;
  readonly strength: number;
  readonly tolerance: number | null;
}

const comparison =
  /^((?:[^()[\]{}"'`]|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)|\[(?:[^[\]]|\[[^\]]*\])*\]|\{(?:[^{}]|\{[^}]*\})*\})+?)\s*(===|!==|==|!=|<=|>=|(?<![-=<])>(?!>)|<(?![<-])|\bis not\b|\bis\b|\bnot in\b|\bin\b|\binstanceof\b)\s*(.+)$/s;

/** `negates` is set when the condition is what must not be, as in `if got != want { t.Error() }`. */
export function conditionOf(text: string, negates = false): Condition {
  let bare = stripParens(text.slice(0, longestCondition));
  let isNegated = negates;
  for (let inner = negated(bare); inner !== undefined; inner = negated(bare)) {
    bare = stripParens(inner);
    isNegated = !isNegated;
  }
  const constant = {
    kind: 'constant',
    subject: normalised(bare),
    expected: null,
    strength: strengths.none,
    tolerance: null,
  };
  if (isConstantCondition(bare) || /^matches!\(.*,\s*_\s*\)$/s.test(bare)) return constant;
  const parts = comparison.exec(bare);
  if (parts === null || /&&|\band\b/.test(topLevel(bare))) {
    const isPartial = /&&|\band\b/.test(topLevel(bare));
    return {
      kind: isNegated ? 'falsy' : 'truthy',
      subject: normalised(bare),
      expected: null,
      strength: /\|\||\bor\b/.test(topLevel(bare)) ? strengths.presence : callStrength(bare, isPartial, isNegated),
      tolerance: null,
    };
  }
  const [, left = '', sign = '', right = ''] = parts;
  if (/\|\||\bor\b/.test(topLevel(bare)))
    return { kind: 'either', subject: normalised(bare), expected: null, strength: strengths.presence, tolerance: null };
  const [subject, expected, operator] =
    isLiteral(normalised(left)) && !isLiteral(normalised(right)) ? [right, left, mirrored(sign)] : [left, right, sign];
  if (normalised(subject) === normalised(expected)) return constant;
  const effective = isNegated ? opposite(operator) : operator;
  return {
    kind: effective,
    subject: normalised(subject),
    expected: normalised(expected),
    strength: operatorStrength(effective, normalised(subject), normalised(expected)),
    tolerance: toleranceOf(effective, expected),
  };
}

function negated(text: string): string | undefined {
  const after = /^(?:!|not\b)\s*(.+)$/s.exec(text)?.[1];
  if (after === undefined || text.startsWith('!=')) return undefined;
  // `!a == b` compares; only a whole that is denied is turned round.
  return text.startsWith('!') && comparison.test(after) && !after.startsWith('(') ? undefined : after;
}

/** The text with everything in brackets and strings left out. */
export function topLevel(text: string): string {
  let depth = 0;
  let out = '';
  for (const sign of text.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '0')) {
    if (/[([{]/.test(sign)) depth += 1;
    if (depth === 0) out += sign;
    if (/[)\]}]/.test(sign)) depth -= 1;
  }
  return out;
}

const exactCalls =
  /(?:^|\.|::)(?:DeepEqual|deepEqual|Equal|equal|equals|isEqual|EqualFold|Equals|array_equal|isdeep|Diff|eq)\s*\(/;

function callStrength(text: string, isConjunction: boolean, isNegated: boolean): number {
  if (exactCalls.test(text)) return strengths.exact;
  if (
    /\bmatches!|(?:^|\.)(?:startswith|endswith|startsWith|endsWith|contains|includes|test|match|isinstance|Is|As|Contains|HasPrefix|HasSuffix|starts_with|ends_with)\s*\(|\bisinstance\(/.test(
      text,
    )
  )
    return strengths.partial;
  if (isConjunction) return strengths.partial;
  // Little is false: nothing, zero, an empty list.
  return isNegated ? strengths.custom : strengths.presence;
}

function operatorStrength(operator: string, subject: string, expected: string): number {
  if (/\.abs\(\)$|^(?:math\.|Math\.)?[aA]bs\(/.test(subject) && /^<=?$/.test(operator)) return strengths.partial;
  // That there is something at all.
  if (/^(?:>0|>=[01])$/.test(`${operator}${expected}`)) return strengths.presence;
  switch (operator) {
    case '===':
    case '==':
      return /\bapprox\(/.test(expected) ? strengths.partial : strengths.exact;
    case 'is':
      return strengths.exact;
    case '!==':
    case '!=':
    case 'is not':
      return strengths.presence;
    case 'not in':
      return strengths.partial;
    default:
      return strengths.partial;
  }
}

function toleranceOf(operator: string, expected: string): number | null {
  const bound = numberOf(expected);
  if (/\bapprox\(/.test(expected)) {
    const given = /\b(?:rel|abs)\s*=\s*([^,)]+)/.exec(expected)?.[1];
    return given === undefined ? 1e-6 : numberOf(given);
  }
  if (bound === null) return null;
  if (operator === '<' || operator === '<=') return bound;
  // For a lower bound the smaller number is the looser one.
  return operator === '>' || operator === '>=' ? -bound : null;
}

const mirrored = (sign: string): string => ({ '<': '>', '>': '<', '<=': '>=', '>=': '<=' })[sign] ?? sign;
const opposite = (sign: string): string =>
  ({
    '===': '!==',
    '!==': '===',
    '==': '!=',
    '!=': '==',
    '<': '>=',
    '>': '<=',
    '<=': '>',
    '>=': '<',
    is: 'is not',
    'is not': 'is',
    in: 'not in',
    'not in': 'in',
  })[sign] ?? sign;
