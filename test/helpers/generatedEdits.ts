// Edits as models get them wrong: real files, a true edit, and thirteen ways in which a quotation misses the file.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface GeneratedEdit {
  readonly className: string;
  readonly file: string;
  /** The file as it is on disk. */
  readonly current: string;
  /** The file as the policy saw it; undefined when nobody knows. */
  readonly seen: string | undefined;
  readonly oldText: string;
  readonly newText: string;
  /** The only right result; undefined: nothing may be written. */
  readonly expected: string | undefined;
}

/** A deterministic source of numbers below `limit` (mulberry32). */
export function numbers(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

interface Block {
  readonly lines: readonly string[];
  readonly start: number;
  readonly quoted: string[];
  readonly written: string[];
  /** Index in the quotation of the line that changes, and a line of context. */
  readonly changed: number;
  readonly context: number;
}

type Next = (limit: number) => number;
type Make = (block: Block, next: Next) => Omit<GeneratedEdit, 'className' | 'file'> | undefined;

const splice = (lines: readonly string[], start: number, count: number, added: readonly string[]): string =>
  [...lines.slice(0, start), ...added, ...lines.slice(start + count)].join('\n');
const replaced = ({ lines, start, quoted, written }: Block, base: readonly string[] = lines): string =>
  splice(base, start, quoted.length, written);
const plain = (block: Block) => ({ oldText: block.quoted.join('\n'), newText: block.written.join('\n') });
const withLine = (lines: readonly string[], index: number, line: string): string[] =>
  lines.map((old, at) => (at === index ? line : old));

/** The same change of a context line in the quotation and in what is written, and not in the file. */
function misquote(
  block: Block,
  change: (line: string) => string,
): Omit<GeneratedEdit, 'className' | 'file'> | undefined {
  const line = block.quoted[block.context] ?? '';
  const wrong = change(line);
  if (wrong === line) return undefined;
  const current = block.lines.join('\n');
  const quoted = withLine(block.quoted, block.context, wrong);
  const written = block.written.map((text) => (text === line ? wrong : text));
  return {
    current,
    seen: undefined,
    oldText: quoted.join('\n'),
    newText: written.join('\n'),
    expected: replaced(block),
  };
}

const classes: Record<string, Make> = {
  exact: (block) => ({ current: block.lines.join('\n'), seen: undefined, ...plain(block), expected: replaced(block) }),

  'trailing white space in the file': (block) => {
    const at = block.start + block.context;
    const current = withLine(block.lines, at, `${block.lines[at]}  `);
    const written = block.written.map((line) => (line === block.lines[at] ? `${line}  ` : line));
    return {
      current: current.join('\n'),
      seen: undefined,
      ...plain(block),
      expected: splice(current, block.start, block.quoted.length, written),
    };
  },

  'dedented by the model': (block) => {
    const solid = [...block.quoted, ...block.written].filter((line) => line.trim() !== '');
    const common = Math.min(...solid.map((line) => /^[\t ]*/.exec(line)?.[0].length ?? 0));
    if (common === 0) return undefined;
    const dedent = (lines: readonly string[]) => lines.map((line) => line.slice(common)).join('\n');
    return {
      current: block.lines.join('\n'),
      seen: undefined,
      oldText: dedent(block.quoted),
      newText: dedent(block.written),
      expected: replaced(block),
    };
  },

  'tabs in the file, spaces quoted': (block) => {
    const isTabbed = block.lines.some((line) => line.startsWith('\t'));
    const unit = isTabbed ? 4 : block.lines.some((line) => /^ {2}\S/.test(line)) ? 2 : 4;
    const toTabs = (line: string) =>
      line.replace(/^ +/, (spaces) => '\t'.repeat(Math.floor(spaces.length / unit)) + ' '.repeat(spaces.length % unit));
    const toSpaces = (line: string) => line.replace(/^\t+/, (tabs) => ' '.repeat(unit * tabs.length));
    const tabbed: Block = {
      ...block,
      lines: block.lines.map(toTabs),
      quoted: block.quoted.map(toTabs),
      written: block.written.map(toTabs),
    };
    const oldText = tabbed.quoted.map(toSpaces).join('\n');
    const current = tabbed.lines.join('\n');
    if (current.includes(oldText)) return undefined;
    return {
      current,
      seen: undefined,
      oldText,
      newText: tabbed.written.map(toSpaces).join('\n'),
      expected: replaced(tabbed),
    };
  },

  'CRLF in the file': (block) => ({
    current: block.lines.join('\r\n'),
    seen: undefined,
    ...plain(block),
    expected: replaced(block).replaceAll('\n', '\r\n'),
  }),

  'typographic quotes in the file': (block) => {
    const at = block.start + block.context;
    const line = block.lines[at] ?? '';
    const quoted = line.replace(/'/g, '\u2019').replace(/"/g, '\u201d');
    if (quoted === line) return undefined;
    const current = withLine(block.lines, at, quoted);
    const written = block.written.map((text) => (text === line ? quoted : text));
    return {
      current: current.join('\n'),
      seen: undefined,
      ...plain(block),
      expected: splice(current, block.start, block.quoted.length, written),
    };
  },

  'blank line omitted': (block) => {
    const blank = block.quoted.findIndex((line, index) => line === '' && index > 0 && index < block.quoted.length - 1);
    if (blank < 0 || block.written[0] === '' || block.quoted.filter((line) => line === '').length > 1) return undefined;
    const without = (lines: readonly string[]) => lines.filter((line) => line !== '').join('\n');
    return {
      current: block.lines.join('\n'),
      seen: undefined,
      oldText: without(block.quoted),
      newText: without(block.written),
      expected: replaced(block),
    };
  },

  'misquoted character': (block, next) => {
    const edit = misquote(block, (line) => {
      const letters = [...line.matchAll(/[a-z]/g)];
      const at = letters[next(Math.max(1, letters.length))]?.index;
      return at === undefined ? line : `${line.slice(0, at)}${line[at] === 'q' ? 'z' : 'q'}${line.slice(at + 1)}`;
    });
    // The file the policy saw is the file as it is.
    return edit === undefined ? undefined : { ...edit, seen: edit.current };
  },

  'changed by a person meanwhile': (block, next) => {
    const at = block.start + next(block.quoted.length);
    const line = block.lines[at] ?? '';
    if (line.trim() === '') return undefined;
    const mine = `${line} // mine`;
    const isTarget = at === block.start + block.changed;
    const current = withLine(block.lines, at, mine);
    const written = block.written.map((text) => (text === line ? mine : text));
    return {
      current: current.join('\n'),
      seen: block.lines.join('\n'),
      ...plain(block),
      expected: isTarget ? undefined : splice(current, block.start, block.quoted.length, written),
    };
  },

  'the same block twice': (block) => ({
    current: [...block.lines, ...block.quoted, ''].join('\n'),
    seen: undefined,
    ...plain(block),
    expected: undefined,
  }),

  'gone, with a look-alike there': (block, next) => {
    const at = block.start + (next(2) === 0 ? block.context : block.changed);
    const line = block.lines[at] ?? '';
    const names = [...line.matchAll(/[A-Za-z_]{3,}/g)];
    const name = names[next(Math.max(1, names.length))];
    if (name === undefined) return undefined;
    const other = `${line.slice(0, name.index + name[0].length)}2${line.slice(name.index + name[0].length)}`;
    const current = withLine(block.lines, at, other).join('\n');
    // Where the word ends the quotation, the quotation still stands in the file, and is not gone.
    if (current.includes(block.quoted.join('\n'))) return undefined;
    const seen = [undefined, block.lines.join('\n'), current][next(3)];
    // Where the person renamed a word in a line that the edit leaves alone, the merge is right.
    const isMergeable = seen === block.lines.join('\n') && at !== block.start + block.changed;
    const written = block.written.map((text) => (text === line ? other : text));
    return {
      current,
      seen,
      ...plain(block),
      expected: isMergeable
        ? splice(withLine(block.lines, at, other), block.start, block.quoted.length, written)
        : undefined,
    };
  },

  'last line cut short': (block) => {
    const last = block.quoted.at(-1) ?? '';
    const keep = Math.ceil(last.trimEnd().length * 0.7);
    if (keep >= last.length || block.changed === block.quoted.length - 1 || last.trim().length < 6) return undefined;
    const cut = (lines: readonly string[]) => withLine(lines, lines.length - 1, last.slice(0, keep)).join('\n');
    return {
      current: block.lines.join('\n'),
      seen: undefined,
      oldText: cut(block.quoted),
      newText: cut(block.written),
      expected: replaced(block),
    };
  },

  'wrong case in the context': (block) =>
    misquote(block, (line) =>
      line.replace(/[A-Za-z]{3,}/, (word) => (word === word.toUpperCase() ? word.toLowerCase() : word.toUpperCase())),
    ),
};

export const classNames = Object.keys(classes);

/** A block that stands once in the file, and a true edit of one of its lines: replaced, doubled, or with a line added. */
function blockOf(lines: readonly string[], next: Next): Block | undefined {
  const length = 5 + next(5);
  const start = next(Math.max(1, lines.length - length - 1));
  const quoted = lines.slice(start, start + length);
  const solid = quoted.flatMap((line, index) => (line.trim().length > 6 ? [index] : []));
  if (solid.length < 4 || quoted[0]?.trim() === '' || quoted.at(-1)?.trim() === '') return undefined;
  const changed = solid[1 + next(solid.length - 2)] ?? 0;
  const context = solid.filter((index) => index !== changed)[next(solid.length - 1)] ?? 0;
  const line = quoted[changed] ?? '';
  const indent = /^[\t ]*/.exec(line)?.[0] ?? '';
  const added = `${indent}changed$&(${next(1_000)}); $1 $$ ${line.trim().slice(0, 20)}`;
  const kinds = [[added], [line, added], [added, line]];
  const written = [...quoted.slice(0, changed), ...(kinds[next(kinds.length)] ?? []), ...quoted.slice(changed + 1)];
  const text = lines.join('\n');
  const old = quoted.join('\n');
  const isOnce = text.indexOf(old) === text.lastIndexOf(old);
  const isPlain = quoted.every((each) => quoted.indexOf(each) === quoted.lastIndexOf(each) || each.trim() === '');
  return isOnce && isPlain ? { lines, start, quoted, written, changed, context } : undefined;
}

/** `perClass` edits of every class from the files, in turn; fewer where a class does not fit the files. */
export function generateEdits(files: readonly string[], perClass: number, seed: number): GeneratedEdit[] {
  const next = numbers(seed);
  const sources = files.map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n') }));
  const edits: GeneratedEdit[] = [];
  for (const [className, make] of Object.entries(classes)) {
    let made = 0;
    for (let attempt = 0; attempt < perClass * 200 && made < perClass; attempt += 1) {
      const source = sources[attempt % sources.length];
      if (source === undefined) break;
      const block = blockOf(source.lines, next);
      const edit = block === undefined ? undefined : make(block, next);
      if (edit === undefined || edit.oldText === edit.newText) continue;
      edits.push({ className, file: source.file, ...edit });
      made += 1;
    }
  }
  return edits;
}

/** Files with 60 to 3,000 lines and no carriage return, of what this machine has of each language. */
export function realFiles(perLanguage: number): Record<string, string[]> {
  const found = (directory: string | undefined, ending: string): string[] =>
    directory === undefined ? [] : sourcesIn(directory, ending).slice(0, perLanguage);
  return {
    TypeScript: found(resolve(import.meta.dirname, '../../src'), '.ts'),
    Python: found(output('python3', ['-c', 'import sysconfig; print(sysconfig.get_path("stdlib"))']), '.py'),
    Go: found(withFolder(output('go', ['env', 'GOROOT']), 'src/net/http'), '.go'),
    Rust: found(
      process.env.RATCHET_RUST_SOURCES ?? withFolder(output('rustc', ['--print', 'sysroot']), 'lib/rustlib/src'),
      '.rs',
    ),
  };
}

const withFolder = (root: string | undefined, folder: string): string | undefined =>
  root === undefined ? undefined : join(root, folder);

function output(command: string, args: string[]): string | undefined {
  try {
    return execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 20_000,
    }).trim();
  } catch {
    return undefined;
  }
}

function sourcesIn(directory: string, ending: string): string[] {
  let names: string[];
  try {
    names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith(ending) && !name.includes('node_modules'))
    .map((name) => join(directory, name))
    .filter((path) => {
      const { size } = statSync(path);
      if (size > 200_000 || size < 2_000) return false;
      const text = readFileSync(path, 'utf8');
      const lines = text.split('\n').length;
      return lines >= 60 && lines <= 3_000 && !text.includes('\r');
    });
}
