// What a file declares about tests, by its language. A language without a reader is searched for silencing comments alone.
import { isScript, maxSourceLength } from './source.ts';
import type { FileFacts } from './testFacts/factSchemas.ts';
import { textSuppressions } from './testFacts/suppressions.ts';
import type { LanguageReader } from './testFacts/treeFacts.ts';

/** Loaded by the first file that needs it. */
const readers: readonly (readonly [RegExp, () => Promise<LanguageReader>])[] = [
  [/\.pyi?$/, async () => (await import('./testFacts/python.ts')).python],
  [/\.go$/, async () => (await import('./testFacts/go.ts')).go],
  [/\.rs$/, async () => (await import('./testFacts/rust.ts')).rust],
  [/\.java$/, async () => (await import('./testFacts/java.ts')).java],
];

const nothing = { tests: [], helpers: [], suppressions: [], mocks: [], defines: [], rest: '' };

export async function readTestFacts(path: string, text: string): Promise<FileFacts> {
  try {
    return await read(path, text);
  } catch (error) {
    // A tree can be nested deeper than a walk can follow; such a file is not read, and the others are.
    if (!(error instanceof RangeError)) throw error;
    return { path, ...nothing, problem: { message: `${path} is nested too deeply to be read as code.`, line: 1 } };
  }
}

async function read(path: string, text: string): Promise<FileFacts> {
  const empty = { path, ...nothing };
  if (text.length > maxSourceLength)
    return { ...empty, problem: { message: `${path} is too large to be read as code.`, line: 1 } };
  if (isScript(path)) return await (await import('./testFacts/javascript/read.ts')).readJavascript(path, text);
  const reader = readers.find(([pattern]) => pattern.test(path))?.[1];
  if (reader === undefined) return { ...empty, problem: null, suppressions: textSuppressions(text) };
  const { readTree } = await import('./testFacts/treeFacts.ts');
  return await readTree(path, text, await reader());
}
