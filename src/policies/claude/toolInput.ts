// The input of a tool call from the model's text to a value. What is malformed, too deep or too large is handed on as text:
// the gym then says what is wrong with it, and nothing behind has to be afraid of it.

/** Characters of one call's input. */
const longest = 4_000_000;
const deepest = 64;
/** Characters that are kept of an input that cannot be used. */
const shown = 2_000;

export function parseToolInput(text: string): unknown {
  if (text.trim() === '') return {};
  if (text.length > longest) return `(an input of ${text.length} characters) ${text.slice(0, shown)}`;
  if (depthOf(text) > deepest) return `(an input nested deeper than ${deepest}) ${text.slice(0, shown)}`;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** How deep brackets are nested, counted in the text, since a parser or a writer may not come back from it. */
function depthOf(text: string): number {
  let depth = 0;
  let most = 0;
  let isString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isString) {
      if (character === '\\') at += 1;
      else if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      most = Math.max(most, depth);
    } else if (character === '}' || character === ']') depth -= 1;
  }
  return most;
}
