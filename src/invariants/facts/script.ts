// Parses JavaScript and TypeScript with oxc: the module record without a tree where that is enough, and the tree by raw
// transfer where the machine can. Whether it can is tried once, since it reserves gigabytes of address space.
import { createRequire } from 'node:module';
import type { EcmaScriptModule, ParserOptions, Program } from 'oxc-parser';
import type { Range } from '../../protocol/verdict.ts';
import { isNode, type SyntaxNode } from '../source.ts';
import { SyntaxIndex } from './syntaxIndex.ts';
import { TextWords } from './textWords.ts';

/** Options that the parser has and does not declare. */
interface FastOptions extends ParserOptions {
  readonly experimentalRawTransfer?: boolean;
  readonly experimentalLazy?: boolean;
}

interface Parsed {
  readonly program: Program;
  readonly module: EcmaScriptModule;
  readonly errors: readonly { readonly severity: string; readonly message: string }[];
  readonly dispose?: () => void;
}

const load = (): { parseSync: (path: string, text: string, options?: FastOptions) => Parsed } =>
  createRequire(import.meta.url)('oxc-parser');

/** Lazy mode reads the module record only: its own visitor leaves out nodes. */
let fast: 'untried' | 'yes' | 'no' = process.platform === 'win32' ? 'no' : 'untried';

/** For tests and machines where the fast way is known to fail. */
export function useFastTransfer(use: boolean): void {
  fast = use ? 'untried' : 'no';
}

function parse(path: string, text: string, options: FastOptions): Parsed {
  const { parseSync } = load();
  if (fast === 'no') return parseSync(path, text);
  try {
    const parsed = parseSync(path, text, options);
    fast = 'yes';
    return parsed;
  } catch (error) {
    // A parser that once worked fast did not refuse the way of transfer, but this file.
    if (fast === 'yes') throw error;
    fast = 'no';
    return parseSync(path, text);
  }
}

/** The imports and exports that the parser lists by itself. */
export interface ModuleRecord {
  readonly imports: readonly { readonly specifier: string; readonly isTypeOnly: boolean; readonly span: Span }[];
  readonly reExports: readonly { readonly specifier: string; readonly isTypeOnly: boolean; readonly span: Span }[];
  /** `request` is where the expression between the brackets is. */
  readonly dynamic: readonly { readonly request: Span; readonly span: Span }[];
  /** Why the file cannot be verified, or null. */
  readonly problem: string | null;
}
export type Span = readonly [start: number, end: number];

/** Copies what is asked for, since the fast record is gone once its memory is given back. */
function recordOf({ module, errors }: Parsed, text: string): ModuleRecord {
  const error = errors.find(({ severity }) => severity === 'Error');
  return {
    imports: module.staticImports.map(({ moduleRequest, entries, start, end }) => ({
      specifier: moduleRequest.value,
      isTypeOnly:
        (entries.length > 0 && entries.every(({ isType }) => isType)) ||
        /^import\s+type\b/.test(text.slice(start, start + 16)),
      span: [start, end],
    })),
    reExports: module.staticExports.flatMap(({ entries, start, end }) => {
      const specifier = entries.find(({ moduleRequest }) => moduleRequest !== null)?.moduleRequest?.value;
      if (specifier === undefined) return [];
      return [{ specifier, isTypeOnly: entries.every(({ isType }) => isType), span: [start, end] as const }];
    }),
    dynamic: module.dynamicImports.map(({ moduleRequest, start, end }) => ({
      request: [moduleRequest.start, moduleRequest.end],
      span: [start, end],
    })),
    problem: error === undefined ? null : `a syntax error: ${error.message}`,
  };
}

/** Where offsets of a text are, in lines and columns from 1. */
export class Lines {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  get count(): number {
    return this.#starts.length;
  }

  range(start: number, end: number): Range {
    const from = this.#place(start);
    const to = this.#place(end);
    return { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column };
  }

  #place(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}

/** Text above this many characters is generated: it is not parsed, and the rule that wanted it proves nothing. */
export const maxSourceLength = 2_000_000;

/** One file, parsed as far as somebody asks. */
export class SourceFile {
  readonly path: string;
  readonly text: string;
  #lines: Lines | undefined;
  #program: SyntaxNode | undefined;
  #module: ModuleRecord | undefined;
  #index: SyntaxIndex | undefined;
  #words: TextWords | undefined;
  /** Whether the tree will be asked for: then one parse gives the module record too. */
  readsWhole = false;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  get lines(): Lines {
    this.#lines ??= new Lines(this.text);
    return this.#lines;
  }

  get module(): ModuleRecord {
    if (this.#module === undefined && this.readsWhole) this.#parseWhole();
    if (this.#module === undefined) {
      const parsed = parse(this.path, this.text, { experimentalLazy: true });
      this.#module = recordOf(parsed, this.text);
      parsed.dispose?.();
    }
    return this.#module;
  }

  get program(): SyntaxNode {
    return this.#program ?? this.#parseWhole();
  }

  /** Made once, at the first question. */
  get index(): SyntaxIndex {
    this.#index ??= new SyntaxIndex(this.program);
    return this.#index;
  }

  #parseWhole(): SyntaxNode {
    const parsed = parse(this.path, this.text, { experimentalRawTransfer: true });
    const program: unknown = parsed.program;
    if (!isNode(program)) throw new Error('The parser gave no tree.');
    this.#program = program;
    this.#module ??= recordOf(parsed, this.text);
    return program;
  }

  /** Whether it is a script without a syntax error. */
  get isParsed(): boolean {
    try {
      return this.module.problem === null;
    } catch {
      // Who makes a fact of it is told why.
      return false;
    }
  }

  get words(): TextWords {
    this.#words ??= new TextWords(this.text);
    return this.#words;
  }
}

export const isScript = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path);
