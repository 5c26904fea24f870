// Words without which a script has no import of the forms that the parser does not list by itself.

export const mockMethods =
  'mock|doMock|unmock|dontMock|requireActual|requireMock|importActual|importMock|setMock|createMockFromModule';
export const mockMark = /\b(?:vi|vitest|jest)\b/;
export const mockUses = new RegExp(`\\b(?:${mockMethods})\\b`);
/** A plain search is far faster than a pattern, and most files have no part of such a name. */
export const mayMock = (text: string): boolean =>
  (text.includes('mock') || text.includes('Mock') || text.includes('Actual')) &&
  (/\bjest\b/.test(text) || /\bvitest\b/.test(text) || /\bvi\b/.test(text));
/** What stands behind the name where it is called, or where a member of it or the name of a member is. */
export const calledRequire = /\brequire\s*[(?.[/!<`'"]/;
