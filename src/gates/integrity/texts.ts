// Texts of a changed file in both trees, and the forms that configuration comes in. What cannot be parsed is undefined.
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import type { GateContext } from '../gate.ts';
import { readText, type TreeChange } from '../treeReader.ts';

export interface TextPair {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Pairs of the files that were there before; a deleted file has no text after. */
export async function textPairs(
  changes: readonly TreeChange[],
  { files, baseTree, candidateTree }: GateContext,
): Promise<TextPair[]> {
  const pairs: TextPair[] = [];
  for (const { path, oldPath, kind } of changes) {
    if (kind === 'added') continue;
    pairs.push({
      path,
      before: await readText(files, baseTree, oldPath ?? path),
      after: kind === 'deleted' ? undefined : await readText(files, candidateTree, path),
    });
  }
  return pairs;
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** JSON with comments and trailing commas, as the compiler takes it. */
export function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  const withoutComments = text.replace(
    /("(?:\\.|[^"\\])*")|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_, string?: string) => string ?? '',
  );
  return attempt(() => parseYaml(withoutComments));
}

export const parseTomlText = (text: string | undefined): unknown =>
  text === undefined ? undefined : attempt(() => parseToml(text));

/** The sections of an INI file, each as the text of its lines without comments. */
export function iniSections(text: string | undefined): Map<string, string> {
  const sections = new Map<string, string>();
  let name = '';
  for (const line of (text ?? '').split(/\r?\n/)) {
    const header = /^\[([^\]]+)\]\s*$/.exec(line)?.[1];
    if (header !== undefined) name = header.trim();
    else if (line.trim() !== '' && !/^\s*[#;]/.test(line))
      sections.set(name, `${sections.get(name) ?? ''}${line.trim()}\n`);
  }
  return sections;
}

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    // The caller treats what is not readable as a file without settings, so that everything it had counts as gone.
    return undefined;
  }
}
