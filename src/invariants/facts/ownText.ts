// Copies of pieces of a text. A piece that is merely cut out keeps the whole text in memory for as long as it lives, and facts
// live long.

const known = new Map<string, string>();
const mostKnown = 50_000;

/** The same characters, without the text that they were cut out of. */
export function ownText(piece: string): string {
  const before = known.get(piece);
  if (before !== undefined) return before;
  const own = Buffer.from(piece, 'utf16le').toString('utf16le');
  if (known.size >= mostKnown) known.clear();
  known.set(own, own);
  return own;
}
