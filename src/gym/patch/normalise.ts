// What two lines may differ in and still be the same line to a reader: a model retypes these without meaning to.

const alike: readonly (readonly [RegExp, string])[] = [
  [/[\u2018\u2019\u201a\u201b\u2032\u00b4]/g, "'"],
  [/[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]/g, '"'],
  [/[\u2010-\u2015\u2212]/g, '-'],
  [/\u2026/g, '...'],
  [/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, ' '],
];
const unusual = /[^\0-\x7f]/;

/** The line without trailing white space, with typographic quotes, dashes, dots and spaces as ASCII. */
export function typographic(line: string): string {
  const trimmed = line.trimEnd();
  if (!unusual.test(trimmed)) return trimmed;
  return alike.reduce((text, [pattern, plain]) => text.replace(pattern, plain), trimmed.normalize('NFC'));
}

/** Leading tabs and spaces. */
export const indentOf = (line: string): string => /^[\t ]*/.exec(line)?.[0] ?? '';

export const isBlank = (line: string): boolean => line.trim() === '';
