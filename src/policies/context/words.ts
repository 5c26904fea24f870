// Text as the words that ranking compares: identifiers whole and in their parts, lower case, with light stemming.

const stopWords = new Set(
  (
    'a an and any are as at be been but by can do does for from has have how if in into is it its no not of on or our so ' +
    'than that the their them then there these they this to was we were what when where which who will with would you your ' +
    'add added also make makes new now only should some use used using via instead more all when case function return const ' +
    'let var import def class public private static void self true false null none string int'
  ).split(' '),
);

/** A word without its most common endings, so that `parses`, `parsing` and `parsed` meet. */
function stem(word: string): string {
  if (word.length <= 4) return word;
  return word.replace(/(?:ings?|ies|ied|ers?|es|ed|s|e)$/, '');
}

const partsOf = (identifier: string): string[] =>
  identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[\s_$-]+/);

/** The words of one identifier: its parts, and itself when it has several. */
export function wordsOfIdentifier(identifier: string): string[] {
  const parts = partsOf(identifier).flatMap((part) => {
    const word = part.toLowerCase();
    return word.length < 2 || /^\d+$/.test(word) || stopWords.has(word) ? [] : [stem(word)];
  });
  const whole = identifier.toLowerCase().replaceAll(/[_$-]/g, '');
  return parts.length > 1 ? [...parts, whole] : parts;
}

export const identifiersIn = (text: string): string[] => text.match(/[A-Za-z_$][\w$]+/g) ?? [];

export const wordsOf = (text: string): string[] => identifiersIn(text).flatMap(wordsOfIdentifier);

/** The words of a path, each folder and the file's name, without its extension. */
export const wordsOfPath = (path: string): string[] =>
  wordsOf(
    path
      .replace(/\.\w+$/, '')
      .split(/[/.]/)
      .join(' '),
  );
