// What a policy says in words, as it may stand in a report: one line, bounded, with nothing that Markdown takes for a link, a
// picture or a tag.

/** Characters of one saying. */
const maxText = 1_000;

export function saidText(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > maxText ? `${line.slice(0, maxText)}…` : line;
}

/** For Markdown. */
export const plainText = (text: string): string =>
  saidText(text)
    .replaceAll('`', "'")
    .replaceAll(/[\\<>[\]|]/g, (mark) => `\\${mark}`);
