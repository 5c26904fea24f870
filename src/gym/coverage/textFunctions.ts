// Functions of Python and Go by the shape of their text, which their formatters keep. A guess that is wrong moves a line to a
// neighbour in the list of suspects and changes no count.
import type { FunctionRange } from './testCoverage.ts';

export function textFunctions(path: string, text: string): FunctionRange[] {
  const lines = text.split('\n');
  if (path.endsWith('.py')) return pythonFunctions(lines);
  return path.endsWith('.go') ? goFunctions(lines) : [];
}

/** A function ends where a line stands as far left as its `def`. */
function pythonFunctions(lines: readonly string[]): FunctionRange[] {
  return lines.flatMap((line, index) => {
    const [, indent, name] = /^([ \t]*)(?:async[ \t]+)?def[ \t]+(\w+)/.exec(line) ?? [];
    if (indent === undefined || name === undefined) return [];
    const isOneLine = count(line, /[([{]/g) === count(line, /[)\]}]/g);
    const header = isOneLine ? index : lines.findIndex((text, at) => at > index && /:\s*(?:#.*)?$/.test(text));
    let end = Math.max(index, header);
    for (let at = end + 1; at < lines.length; at += 1) {
      const text = lines[at] ?? '';
      if (text.trim() === '') continue;
      if ((/^[ \t]*/.exec(text)?.[0].length ?? 0) <= indent.length && !/^\s*[)\]}]/.test(text)) break;
      end = at;
    }
    // The header runs when the function is made, and what stands behind its colon when it is called.
    const body = Math.max(index, header) + 2;
    return [{ name, startLine: index + 1, endLine: end + 1, bodyLine: Math.min(body, end + 1) }];
  });
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** As gofmt writes them: from `func` to a brace, both at the left edge. */
function goFunctions(lines: readonly string[]): FunctionRange[] {
  return lines.flatMap((line, index) => {
    const name = /^func\s+(?:\([^)]*\)\s*)?(\w+)/.exec(line)?.[1];
    if (name === undefined) return [];
    const end = /\}\s*$/.test(line) ? index : lines.findIndex((text, at) => at > index && text.startsWith('}'));
    return end < 0 ? [] : [{ name, startLine: index + 1, endLine: end + 1, bodyLine: index + 1 }];
  });
}
