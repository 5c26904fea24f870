// A task in words, as what ranking looks for: words with weights, names as they are written, and paths.
import { identifiersIn, wordsOfIdentifier } from './words.ts';

export interface Task {
  /** How much each word counts; the first line says most of what a task is about. */
  readonly words: ReadonlyMap<string, number>;
  /** How each word stands in the task, for people. */
  readonly spelling: ReadonlyMap<string, string>;
  /** Identifiers that cannot be mere prose. */
  readonly names: ReadonlySet<string>;
  /** Every identifier of the task, prose too. */
  readonly identifiers: ReadonlySet<string>;
  /** What looks like a path or a file's name. */
  readonly paths: readonly string[];
}

const titleWeight = 2;
const maxTaskLength = 8_000;
/** Lines that say who and where, not what. */
const trailers = /^(?:(?:signed-off|co-authored|reviewed|reported|acked|tested)-by:|change-id:|cc:|https?:\/\/)/i;

export function readTask(text: string): Task {
  const lines = text
    .slice(0, maxTaskLength)
    .split('\n')
    .filter((line) => !trailers.test(line.trim()));
  const words = new Map<string, number>();
  const spelling = new Map<string, string>();
  lines.forEach((line, index) => {
    for (const identifier of identifiersIn(line.replace(/https?:\/\/\S+/g, ' ')))
      for (const word of wordsOfIdentifier(identifier)) {
        const weight = index === 0 ? titleWeight : 1;
        words.set(word, Math.max(words.get(word) ?? 0, weight));
        if (!spelling.has(word)) spelling.set(word, spellingOf(word, identifier));
      }
  });
  const rest = lines.join('\n');
  const quoted = [...rest.matchAll(/`([^`\n]{2,200})`/g)].flatMap(([, inner = '']) => identifiersIn(inner));
  const called = [...rest.matchAll(/([A-Za-z_$][\w$]+)(?=\(|\.[a-z_]\w+\()/g)].flatMap(([, name]) => name ?? []);
  const identifiers = identifiersIn(rest);
  const shaped = identifiers.filter((name) => /[a-z][A-Z]|[A-Za-z]_[A-Za-z]|^[A-Z][a-z]+[A-Z]/.test(name));
  const paths = [...rest.matchAll(/[\w@.-]+(?:\/[\w@.-]+)+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{1,5}\b/g)].map(
    ([path]) => path,
  );
  return {
    words,
    spelling,
    names: new Set([...quoted, ...called, ...shaped]),
    identifiers: new Set(identifiers),
    paths: [...new Set(paths)],
  };
}

/** The part of the identifier that the word was made of, or all of it. */
function spellingOf(word: string, identifier: string): string {
  const parts = identifier.split(/[_$-]|(?<=[a-z0-9])(?=[A-Z])/);
  return (parts.find((part) => part.toLowerCase().startsWith(word)) ?? identifier).toLowerCase();
}
