// What the text of a script tells before it is parsed: whether a name can occur in it at all, and whether as the name of a
// member. It may say yes where the answer is no, and never no where it is yes: a file that is passed over is not looked at again.

import { Places } from './places.ts';

/** A name can be spelled by numbers of characters; then no search of the text proves anything. */
const hiding = /\\[ux0-9]/;
/** Anything else behind a backslash stands for itself or is left out, and only names in quotes can hold one. */
const backslashes = /\\(?:\r\n|[\n\r\u2028\u2029])?/g;

/** One of the names; `\b` is far quicker than looking behind, and at worst finds one place more. */
export function anyOf(names: readonly string[]): RegExp {
  const any = names.map((name) => name.replace(/[^\w\s]/g, '\\$&')).join('|');
  return new RegExp(names.every((name) => /^\w+$/.test(name)) ? `\\b(?:${any})\\b` : any, 'g');
}

export class TextWords {
  readonly #text: string;
  /** The text as names in it read once quotes are taken away; undefined when it hides names. */
  readonly plain: string | undefined;

  constructor(text: string) {
    this.#text = text;
    if (!text.includes('\\')) this.plain = text;
    else this.plain = hiding.test(text) ? undefined : text.replace(backslashes, '');
  }

  mayMatch(pattern: RegExp): boolean {
    return this.plain === undefined || this.plain.search(pattern) >= 0;
  }

  /** Where what the pattern, which is a global one, matches ends; undefined when a backslash may hide a place. */
  places(pattern: RegExp): Places | undefined {
    if (this.plain === undefined) return undefined;
    const found = lastPlaces(pattern, this.#text);
    const isAll = this.plain === this.#text || lastPlaces(pattern, this.plain).length === found.length;
    return isAll ? new Places(found) : undefined;
  }

  /** Whether the word may stand for a type, and not merely in a sentence. */
  mayHaveType(word: RegExp): boolean {
    const { plain } = this;
    if (plain === undefined) return true;
    for (const { index } of plain.matchAll(word)) {
      const line = plain.slice(Math.max(0, index - longestLead), index);
      const before = /[\w$]+[ \t]*$/.exec(line);
      if (before === null || (before.index === 0 && line.length === longestLead)) return true;
      if (typeLeads.has(before[0].trimEnd())) return true;
    }
    return false;
  }

  /** Whether one of the words may be taken as a member of something: by a dot, in brackets, or by a destructuring. */
  mayHaveMember(words: RegExp): boolean {
    if (this.plain === undefined) return true;
    for (const { index } of this.plain.matchAll(words)) if (isBehindMemberMark(this.plain, index)) return true;
    return false;
  }
}

/** Characters that are looked at before a word. */
const longestLead = 40;
/** Words behind which a type can stand. Behind any other, on the same line, there is none. */
const typeLeads = new Set(['as', 'satisfies', 'keyof', 'readonly', 'unique', 'is', 'extends', 'in', 'implements']);

/** The last characters of all matches. */
function lastPlaces(pattern: RegExp, text: string): number[] {
  const found: number[] = [];
  pattern.lastIndex = 0;
  while (pattern.test(text)) found.push(pattern.lastIndex - 1);
  return found;
}

/** Characters that can stand before the name of a member, blanks left out. A comment may end there, and a line begin. */
const memberMarks = new Set('.#{,"\'`');

function isBehindMemberMark(text: string, index: number): boolean {
  for (let at = index - 1; at >= 0; at -= 1) {
    const character = text.charAt(at);
    if (character === ' ' || character === '\t') continue;
    if (memberMarks.has(character)) return true;
    if (character === '/') return text.charAt(at - 1) === '*';
    // Every other kind of blank, and the end of a line, is left to the parser.
    return /\s/.test(character);
  }
  return true;
}
