// From what each test ran through to how many failing and passing tests ran through each line and function. Pure.
import type { CoveredFunction, CoveredSpan } from '../../protocol/suspects.ts';
import type { CoverageRun, FunctionRange, TestCoverage } from './testCoverage.ts';

export interface Spectrum {
  readonly failing: readonly TestCoverage[];
  readonly passing: readonly TestCoverage[];
  readonly functions: CoverageRun['functions'];
}

/** Functions beyond this many are left out, those that most passing tests run through. */
const maxFunctions = 1_500;

/** What a failing test ran through, by function, without the paths that `isLeftOut` names. */
export function countTests(
  { failing, passing, functions }: Spectrum,
  isLeftOut: (path: string) => boolean,
): CoveredFunction[] {
  const paths = [...new Set(failing.flatMap(({ lines }) => [...lines.keys()]))]
    .filter((path) => !isLeftOut(path))
    .sort();
  const found = paths.flatMap((path) => countFile(path, functions.get(path) ?? [], failing, passing));
  return found.sort((a, b) => b.failed - a.failed || a.passed - b.passed).slice(0, maxFunctions);
}

interface Counts {
  failed: number;
  passed: number;
}

function countFile(
  path: string,
  ranges: readonly FunctionRange[],
  failing: readonly TestCoverage[],
  passing: readonly TestCoverage[],
): CoveredFunction[] {
  const lineOwner = ownerOfLines(ranges);
  const byLine = new Map<number, Counts>();
  const byFunction = new Map<FunctionRange, Counts & { readonly lines: Set<number> }>();
  const count = (tests: readonly TestCoverage[], kind: keyof Counts) => {
    for (const { lines } of tests) {
      const owners = new Set<FunctionRange>();
      for (const line of lines.get(path) ?? []) {
        const owner = lineOwner(line);
        const counts = byLine.get(line) ?? { failed: 0, passed: 0 };
        counts[kind] += 1;
        byLine.set(line, counts);
        const of = byFunction.get(owner) ?? { failed: 0, passed: 0, lines: new Set() };
        of.lines.add(line);
        byFunction.set(owner, of);
        owners.add(owner);
      }
      for (const owner of owners) {
        const of = byFunction.get(owner);
        if (of !== undefined) of[kind] += 1;
      }
    }
  };
  count(failing, 'failed');
  count(passing, 'passed');
  return [...byFunction]
    .filter(([, { failed }]) => failed > 0)
    .map(([{ name, startLine, endLine }, { failed, passed, lines }]) => ({
      path,
      name,
      ...(name === '' ? rangeOf(lines) : { startLine, endLine }),
      failed,
      passed,
      spans: spansOf(
        [...lines].sort((a, b) => a - b),
        byLine,
      ),
    }));
}

const topLevel: FunctionRange = { name: '', startLine: 1, bodyLine: 1, endLine: Number.MAX_SAFE_INTEGER };

/** The innermost function with the line in its body. */
function ownerOfLines(ranges: readonly FunctionRange[]): (line: number) => FunctionRange {
  const inner = [...ranges].sort((a, b) => a.endLine - a.startLine - (b.endLine - b.startLine));
  return (line) => inner.find(({ bodyLine, endLine }) => bodyLine <= line && line <= endLine) ?? topLevel;
}

const rangeOf = (lines: ReadonlySet<number>) => ({ startLine: Math.min(...lines), endLine: Math.max(...lines) });

function spansOf(lines: readonly number[], counts: ReadonlyMap<number, Counts>): CoveredSpan[] {
  const spans: CoveredSpan[] = [];
  for (const line of lines) {
    const { failed = 0, passed = 0 } = counts.get(line) ?? {};
    const last = spans.at(-1);
    if (failed === 0) continue;
    if (last?.endLine === line - 1 && last.failed === failed && last.passed === passed)
      spans[spans.length - 1] = { ...last, endLine: line };
    else spans.push({ startLine: line, endLine: line, failed, passed });
  }
  return spans;
}
