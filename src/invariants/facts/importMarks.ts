// Words without which a script has no import of the forms that the parser does not list by itself.

export const mockMethods =
  'mock|doMock|unmock|dontMock|requireActual|requireMock|importActual|importMock|setMock|createMockFromModule';
export const mockMark = /\b(?:vi|vitest|jest)\b/;
export const mockUses = new RegExp(`\\b(?:${mockMethods})\\b`);
/** One word after the other, each of which is looked for far faster than all of them together. */
export const mayMock = (text: string): boolean =>
  /\bjest\b/.test(text) || /\bvitest\b/.test(text) || /\bvi\b/.test(text);
/** What stands behind the name where it is called, or where a member of it or the name of a member is. */
export const calledRequire = /\brequire\s*[(?.[/!<`'"]/;
