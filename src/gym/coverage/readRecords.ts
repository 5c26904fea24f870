// What the recorder wrote, as lines and functions of the files that the project has: offsets of V8 are mapped back through the
// source maps in the transpiled text. The records are as hostile as any report: what cannot be read is left out.
import { posix } from 'node:path';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import * as z from 'zod';
import { parseJson } from '../../protocol/parseJson.ts';
import { relativeTo } from '../testRunner/testResult.ts';
import type { CoverageRun, FunctionRange, TestCoverage } from './testCoverage.ts';

const functionSchema = z.tuple([z.string(), z.array(z.number().int().nonnegative())]);
const scriptsSchema = z.array(z.object({ id: z.string(), functions: z.array(functionSchema) }));
type Scripts = z.infer<typeof scriptsSchema>;
const recordSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('source'), id: z.string(), path: z.string(), text: z.string().nullable() }),
  z.object({ type: z.literal('outside'), scripts: scriptsSchema }),
  z.object({ type: z.literal('test'), file: z.string(), names: z.array(z.string()), scripts: scriptsSchema }),
]);

/** @param processes the records of each process, which has script ids of its own */
export function readRecords(processes: readonly string[], cwd: string): CoverageRun {
  const functions = new Map<string, Map<string, FunctionRange>>();
  const tests = processes.flatMap((text) => readProcess(text, cwd, functions));
  return { tests, functions: new Map([...functions].map(([path, found]) => [path, [...found.values()]])) };
}

type Lines = Map<string, Set<number>>;

function readProcess(text: string, cwd: string, functions: Map<string, Map<string, FunctionRange>>): TestCoverage[] {
  const scripts = new Map<string, Script | undefined>();
  const outside: Lines = new Map();
  const tests: { file: string; name: string; lines: Lines }[] = [];
  const absorb = (into: Lines, covered: Scripts) => {
    for (const { id, functions: ran } of covered) scripts.get(id)?.absorb(ran, into, functions);
  };
  for (const line of text.split('\n')) {
    const record = recordSchema.safeParse(parseJson(line));
    if (!record.success) continue;
    const { data } = record;
    if (data.type === 'source')
      scripts.set(data.id, data.text === null ? undefined : scriptOf(data.path, data.text, cwd));
    else if (data.type === 'outside') absorb(outside, data.scripts);
    else {
      const lines: Lines = new Map();
      absorb(lines, data.scripts);
      tests.push({ file: relativeTo(cwd, data.file), name: data.names.join(' > '), lines });
    }
  }
  // What runs while files are loaded runs for every test.
  for (const { lines } of tests) for (const [path, covered] of outside) addLines(lines, path, covered);
  return tests;
}

function addLines(lines: Lines, path: string, covered: Iterable<number>): void {
  const known = lines.get(path) ?? new Set();
  for (const line of covered) known.add(line);
  lines.set(path, known);
}

interface Place {
  readonly path: string;
  readonly line: number;
}

/** One word of a text, by which its line is told to have run: what stands at `offset` comes from `place`. */
interface Mark extends Place {
  readonly offset: number;
}

function scriptOf(path: string, text: string, cwd: string): Script | undefined {
  const own = relativeTo(cwd, path);
  const starts = [0];
  for (const { index } of text.matchAll(/\n/g)) starts.push(index + 1);
  const map = inlineMap(text);
  if (map === undefined) return new Script(text, starts, (line) => ({ path: own, line }));
  const sources = map.sources.map((source) => sourcePath(source ?? '', own, cwd));
  return new Script(text, starts, (line, column) => {
    const found = originalPositionFor(map, { line, column });
    const index = found.source === null ? -1 : map.sources.indexOf(found.source);
    const source = sources[index];
    return found.line === null || source === undefined ? undefined : { path: source, line: found.line };
  });
}

/** A map names its sources by what a tool made of their paths; of one file that can only be the file itself. */
function sourcePath(source: string, own: string, cwd: string): string {
  const absolute = relativeTo(cwd, source.replace(/[?#].*$/, ''));
  if (!absolute.startsWith('/') && /^(?:file:|\/)/.test(source)) return absolute;
  const beside = posix.normalize(posix.join(posix.dirname(own), source));
  return posix.basename(beside) === posix.basename(own) ? own : beside;
}

function inlineMap(text: string): TraceMap | undefined {
  const found = text.lastIndexOf('//# sourceMappingURL=data:application/json');
  const encoded = found < 0 ? undefined : /base64,([A-Za-z0-9+/=]+)/.exec(text.slice(found))?.[1];
  if (encoded === undefined) return undefined;
  try {
    return new TraceMap(Buffer.from(encoded, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** What wraps a module, and what V8 makes of a class's fields. */
const madeByTools = /^<|<anonymous>$/;

class Script {
  readonly #starts: readonly number[];
  readonly #place: (line: number, column: number) => Place | undefined;
  readonly #text: string;
  readonly #marks: Mark[];

  constructor(text: string, starts: readonly number[], place: (line: number, column: number) => Place | undefined) {
    this.#text = text;
    this.#starts = starts;
    this.#place = place;
    const marks = [...text.matchAll(/^(?!\s*(?:\/\/|\/?\*)).*?[\w$]/gm)].flatMap((match): Mark[] => {
      const offset = match.index + match[0].length - 1;
      const at = this.#at(offset);
      return at === undefined ? [] : [{ ...at, offset }];
    });
    // What a tool adds for a line (its exports, say) stands before what it makes of the line itself.
    const last = new Map(marks.map((mark) => [`${mark.line} ${mark.path}`, mark]));
    this.#marks = [...last.values()].sort((a, b) => a.offset - b.offset);
  }

  absorb(ran: Scripts[number]['functions'], into: Lines, functions: Map<string, Map<string, FunctionRange>>): void {
    // From the outside in: V8 lists a function before those in it, and a function before its blocks.
    const state = new Map<number, boolean>();
    for (const [name, ranges] of ran) {
      const [start = 0, end = 0] = ranges;
      this.#note(name, start, end, functions);
      for (let index = 0; index + 2 < ranges.length; index += 3)
        for (const mark of this.#marksIn(ranges[index] ?? 0, ranges[index + 1] ?? 0))
          state.set(mark, ranges[index + 2] === 1);
    }
    for (const [index, isCovered] of state) {
      const mark = this.#marks[index];
      if (isCovered && mark !== undefined) addLines(into, mark.path, [mark.line]);
    }
  }

  *#marksIn(start: number, end: number): Iterable<number> {
    let [low, high] = [0, this.#marks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#marks[middle]?.offset ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    for (; (this.#marks[low]?.offset ?? end) < end; low += 1) yield low;
  }

  /** Functions without a name belong to what is around them. */
  #note(name: string, start: number, end: number, functions: Map<string, Map<string, FunctionRange>>): void {
    if (name === '' || madeByTools.test(name) || end >= this.#text.length) return;
    const first = this.#at(this.#nameIn(name, start));
    const last = this.#at(end - 1) ?? this.#before(end);
    if (first === undefined || last === undefined || first.path !== last.path) return;
    const endLine = Math.max(first.line, last.line);
    const startLine = first.line;
    const bodyLine = this.#ownsFirstLine(start) ? startLine : Math.min(endLine, startLine + 1);
    const found = functions.get(first.path) ?? new Map();
    functions.set(first.path, found);
    found.set(`${startLine} ${endLine} ${name}`, { name, startLine, endLine, bodyLine });
  }

  /** Where the name of a function stands, which maps are exact about; its beginning when it has none of its own. */
  #nameIn(name: string, start: number): number {
    const head = /^(?:(?:async|function|get|set|static|\*)\s*)*/.exec(this.#text.slice(start, start + 40))?.[0] ?? '';
    const at = start + head.length;
    return this.#text.startsWith(name.split('.').at(-1) ?? name, at) ? at : start;
  }

  /**
   * Whether the line on which a function begins is there for it alone. Then it has run when the function has, though what
   * names the function runs with the code around; the line of a call that gets a function is the call's.
   */
  #ownsFirstLine(start: number): boolean {
    const [index] = this.#marksIn(this.#lineStart(start), this.#text.length);
    const mark = index === undefined ? undefined : this.#marks[index];
    if (index === undefined || mark === undefined || mark.offset >= start) return true;
    const before = this.#text.slice(mark.offset, start);
    if (!/(?:[=:]|\b(?:export|default|static|async))\s*$/.test(before)) return false;
    this.#marks[index] = { ...mark, offset: start };
    return true;
  }

  #lineStart(offset: number): number {
    return this.#text.lastIndexOf('\n', offset - 1) + 1;
  }

  #before(end: number): Place | undefined {
    return this.#marks.findLast(({ offset }) => offset < end);
  }

  #at(offset: number): Place | undefined {
    let [low, high] = [0, this.#starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return this.#place(low + 1, offset - (this.#starts[low] ?? 0));
  }
}
