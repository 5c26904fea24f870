// What every reader of a runner's report makes of it: results with stable ids, paths relative to the worktree.
import type { TestResult } from '../../protocol/testReport.ts';

export interface ParsedReport {
  readonly tests: TestResult[];
  /** Failures outside of any test. */
  readonly errors: string[];
  /** False when the report is missing or cut short: then its counts prove nothing. */
  readonly isComplete: boolean;
}

export function result(
  file: string,
  names: readonly string[],
  status: TestResult['status'],
  line: number | undefined,
  durationMs: number | undefined,
  message: string | undefined,
): TestResult {
  const place = line === undefined || line < 1 ? {} : { line: Math.floor(line) };
  const time = durationMs === undefined ? {} : { durationMs: Math.max(0, durationMs) };
  const text =
    message === undefined || status !== 'failed'
      ? {}
      : { message: firstLines(message), stack: message.slice(0, 4_000) };
  return {
    id: (file === '' ? names : [file, ...names]).join(' > '),
    name: names.join(' > '),
    ...(file === '' ? {} : { file }),
    status,
    ...place,
    ...time,
    ...text,
  };
}

/** Tests may share a name; a number keeps their ids apart. */
export function numbered(tests: readonly TestResult[]): TestResult[] {
  const seen = new Map<string, number>();
  return tests.map((test) => {
    const count = (seen.get(test.id) ?? 0) + 1;
    seen.set(test.id, count);
    return count === 1 ? test : { ...test, id: `${test.id} (${count})` };
  });
}

export function relativeTo(cwd: string, path: string): string {
  const plain = path.replaceAll('\\', '/').replace(/^file:\/\//, '');
  const root = cwd.replaceAll('\\', '/');
  return plain.startsWith(`${root}/`) ? plain.slice(root.length + 1) : plain;
}

export const firstLines = (text: string): string => text.split('\n').slice(0, 12).join('\n').slice(0, 1_500);
