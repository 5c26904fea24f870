// The grammars that patterns can use: those that are compiled into ast-grep, and others as WebAssembly, which are loaded before
// the first rule that needs them is judged.
import { createRequire } from 'node:module';
import type { PatternRule } from '../../protocol/codeRules.ts';
import type { InvariantRule } from '../../protocol/rules.ts';
import { wasmPath } from '../treeSitter.ts';

type Language = PatternRule['language'];

/** What ast-grep tells of a node, compiled or as WebAssembly. */
export interface PatternNode {
  range(): { readonly start: Place; readonly end: Place };
  ancestors(): PatternNode[];
  kind(): unknown;
  field(name: string): PatternNode | null | undefined;
  text(): string;
  getMatch(name: string): PatternNode | null | undefined;
  findAll(matcher: unknown): PatternNode[];
}

interface Place {
  readonly line: number;
  readonly column: number;
}

type Parse = (text: string) => PatternNode;

const compiled: Readonly<Partial<Record<Language, string>>> = {
  ts: 'TypeScript',
  tsx: 'Tsx',
  js: 'JavaScript',
  html: 'Html',
  css: 'Css',
};

/** `sign` stands for the `$` of metavariables where the language has another use for that, or none. */
const loadable: Readonly<Partial<Record<Language, { readonly wasm: string; readonly sign?: string }>>> = {
  bash: { wasm: '@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm' },
  c: { wasm: 'tree-sitter-c/tree-sitter-c.wasm', sign: 'µ' },
  cpp: { wasm: '@vscode/tree-sitter-wasm/wasm/tree-sitter-cpp.wasm', sign: 'µ' },
  csharp: { wasm: '@vscode/tree-sitter-wasm/wasm/tree-sitter-c-sharp.wasm', sign: 'µ' },
  go: { wasm: 'tree-sitter-go/tree-sitter-go.wasm', sign: 'µ' },
  hcl: { wasm: '@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm', sign: 'µ' },
  java: { wasm: 'tree-sitter-java/tree-sitter-java.wasm' },
  json: { wasm: 'tree-sitter-json/tree-sitter-json.wasm' },
  lua: { wasm: '@tree-sitter-grammars/tree-sitter-lua/tree-sitter-lua.wasm', sign: 'µ' },
  php: { wasm: '@vscode/tree-sitter-wasm/wasm/tree-sitter-php.wasm', sign: 'µ' },
  powershell: { wasm: '@vscode/tree-sitter-wasm/wasm/tree-sitter-powershell.wasm', sign: 'µ' },
  python: { wasm: 'tree-sitter-python/tree-sitter-python.wasm', sign: 'µ' },
  ruby: { wasm: '@vscode/tree-sitter-wasm/wasm/tree-sitter-ruby.wasm', sign: 'µ' },
  rust: { wasm: 'tree-sitter-rust/tree-sitter-rust.wasm', sign: 'µ' },
  yaml: { wasm: '@tree-sitter-grammars/tree-sitter-yaml/tree-sitter-yaml.wasm' },
};

/** Or why there is none here. */
const ready = new Map<Language, Parse | string>();

/** Loads what these rules need. A grammar that cannot be loaded is told by `parserOf`. */
export async function loadGrammars(rules: readonly InvariantRule[]): Promise<void> {
  for (const rule of rules) {
    if (rule.kind !== 'pattern' || ready.has(rule.language) || compiled[rule.language] !== undefined) continue;
    ready.set(rule.language, await load(rule.language).catch(String));
  }
}

/** @throws when there is no grammar of that language here */
export function parserOf(language: Language): Parse {
  const name = compiled[language];
  if (name !== undefined) return (text) => astGrep().parse(name, text).root();
  const parse = ready.get(language);
  if (typeof parse === 'function') return parse;
  throw new Error(`There is no grammar of ${language} here, so nothing can be said of it. ${parse ?? ''}`.trimEnd());
}

const astGrep = (): typeof import('@ast-grep/napi') => createRequire(import.meta.url)('@ast-grep/napi');

async function load(language: Language): Promise<Parse | string> {
  const grammar = loadable[language];
  if (grammar === undefined) return '';
  const { loadAstGrep } = await import('./astGrepWasm.ts');
  const { registerDynamicLanguage, parse } = await loadAstGrep();
  const { wasm, sign = '$' } = grammar;
  await registerDynamicLanguage({ [language]: { libraryPath: wasmPath(wasm), expandoChar: sign } });
  return (text) => parse(language, text).root();
}
