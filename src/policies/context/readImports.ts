// What a file imports, as it is written there: one string for each, in the form that `resolveImports` takes.
import { type Language, languageOf } from './languages.ts';

const maxImports = 300;

export function readImports(path: string, text: string): string[] {
  const language = languageOf(path);
  if (language === undefined) return [];
  return [...new Set(readers[language](text))].slice(0, maxImports);
}

const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].flatMap((match) => match.slice(1).find((group) => group !== undefined) ?? []);

const readers: Readonly<Record<Language, (text: string) => string[]>> = {
  script: (text) =>
    all(
      text,
      /(?:\bfrom\s*|\bimport\s*|\brequire(?:\.resolve)?\s*\(\s*|\bimport\s*\(\s*)(?:'([^'\n]{1,200})'|"([^"\n]{1,200})")/g,
    ),
  python: pythonImports,
  go: (text) => {
    const blocks = all(text, /^import\s*\(([\s\S]*?)^\)/gm).flatMap((block) => all(block, /"([^"\n]+)"/g));
    return [...blocks, ...all(text, /^import\s+(?:[\w.]+\s+)?"([^"\n]+)"/gm)];
  },
  rust: (text) => [
    ...all(text, /^\s*(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*;/gm).map((name) => `mod ${name}`),
    ...all(text, /^\s*(?:pub(?:\([^)]*\))?\s+)?use\s+([\w:]+)/gm),
    ...all(text, /\b((?:crate|super)(?:::\w+)+)/g),
  ],
  java: (text) => all(text, /^\s*(?:import|using)\s+(?:static\s+)?([\w.]+)/gm),
  c: (text) => all(text, /^\s*#\s*(?:include|import)\s*["<]([^">\n]+)[">]/gm),
  ruby: (text) => all(text, /^\s*require(?:_relative)?\s*\(?['"]([^'"\n]+)['"]/gm),
  php: (text) => all(text, /^\s*use\s+([\w\\]+)/gm).map((name) => name.replaceAll('\\', '.')),
};

/** `from a.b import c` may name the module `a.b` or the module `a.b.c`, so both are given. */
function pythonImports(text: string): string[] {
  const plain = all(text, /^\s*import\s+([\w., \t]+)/gm).flatMap((names) =>
    names.split(',').map((name) => name.trim().split(/\s/)[0] ?? ''),
  );
  const from = [...text.matchAll(/^\s*from\s+(\.*[\w.]*)\s+import\s+(\([^)]*\)|[^\n(]+)/gm)].flatMap(
    ([, module = '', names = '']) => [
      module,
      ...all(names, /([A-Za-z_]\w*)(?:\s+as\s+\w+)?/g).map((name) =>
        module.endsWith('.') ? `${module}${name}` : `${module}.${name}`,
      ),
    ],
  );
  return [...plain, ...from].filter((name) => name !== '');
}
