// What an investigation can begin with, read from what the gates said last. Pure: it asks nobody and starts nothing.
import type { AskedSymptom } from '../../protocol/investigation.ts';
import type { Finding, Verdict } from '../../protocol/verdict.ts';

export interface FailingTest {
  readonly name: string;
  readonly path: string;
  /** From 1; undefined where the runner does not say it. */
  readonly line: number | undefined;
}

/** The tests that fail, or are flaky, by the last verdict of the tests gate. */
export const failingTests = (verdicts: readonly Verdict[]): FailingTest[] =>
  verdicts.flatMap(({ findings }) => findings).flatMap((finding) => failingTestOf(finding) ?? []);

export function failingTestOf({ gate, severity, test, path, range }: Finding): FailingTest | undefined {
  if (gate !== 'tests' || severity !== 'error' || test === undefined || path === undefined) return undefined;
  return { name: test, path, line: range?.startLine };
}

export const symptomOfTest = ({ name, path }: FailingTest): AskedSymptom => ({
  symptom: { kind: 'test', file: path, name },
  good: null,
});

/** What a finding is a symptom of: a test that fails, or a rule that slipped; undefined where history tells nothing of it. */
export function symptomOf(finding: Finding): AskedSymptom | undefined {
  const failing = failingTestOf(finding);
  if (failing !== undefined) return symptomOfTest(failing);
  const isRule = finding.gate === 'invariants' && finding.path !== undefined && !finding.rule.startsWith('invariants/');
  return isRule ? { symptom: { kind: 'drift', rule: finding.rule }, good: null } : undefined;
}

/**
 * The line, from 0, where a test stands in a text that may have moved since it ran: the nearest one with the test's own title.
 * Without one, where the runner saw it, as long as the text is the one that it saw.
 */
export function lineOfTest({ name, line }: FailingTest, text: string, isChanged: boolean): number | undefined {
  const title = name.split(' > ').at(-1)?.trim() ?? name;
  const lines = text.split('\n');
  const known = line === undefined ? 0 : line - 1;
  const titled = lines
    .flatMap((content, at) => (content.includes(title) ? [at] : []))
    .sort((a, b) => Math.abs(a - known) - Math.abs(b - known) || a - b);
  if (titled[0] !== undefined) return titled[0];
  return isChanged || line === undefined || known >= lines.length ? undefined : known;
}
