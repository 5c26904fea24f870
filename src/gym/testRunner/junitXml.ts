// Reads JUnit XML, which has many dialects and no standard. Hostile text: nothing throws, and no entity is expanded.
import { parseXml, XmlElement } from '@rgrove/parse-xml';
import * as z from 'zod';
import type { TestResult } from '../../protocol/testReport.ts';
import { missing } from './adapter.ts';
import { firstLines, numbered, type ParsedReport, relativeTo, result } from './testResult.ts';

const caseSchema = z.object({
  name: z.string().default(''),
  classname: z.string().default(''),
  file: z.string().optional(),
  line: z.coerce.number().optional().catch(undefined),
  time: z.coerce.number().nonnegative().optional().catch(undefined),
});
const suiteSchema = z.object({
  failures: z.coerce.number().catch(0),
  errors: z.coerce.number().catch(0),
  file: z.string().optional(),
});

export interface JunitCase {
  readonly name: string;
  readonly className: string;
  readonly file?: string | undefined;
  /** As it stands in the report; where lines begin differs by runner. */
  readonly line?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly status: TestResult['status'];
  /** The `message` attribute of what went wrong. */
  readonly problem: string;
  /** The problem with its text. */
  readonly message?: string | undefined;
}

export interface JunitReport {
  readonly cases: JunitCase[];
  /** Failures and errors that the suites count, whether or not a test case shows them. */
  readonly claimedFailures: number;
}

/** `undefined` when it is no whole JUnit report. */
export function readJunit(text: string | undefined): JunitReport | undefined {
  if (text === undefined) return undefined;
  let root: XmlElement | null;
  try {
    // Undefined entities are errors of this parser, and declared ones are not read: it cannot be made to expand anything.
    root = parseXml(text.trim()).root;
  } catch {
    return undefined;
  }
  if (root === null || !['testsuites', 'testsuite'].includes(root.name)) return undefined;
  const cases: JunitCase[] = [];
  let claimedFailures = 0;
  // A list instead of recursion: depth comes from the report.
  const open: { element: XmlElement; file?: string | undefined }[] = [{ element: root }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const suite = suiteSchema.parse(next.element.attributes);
    if (next.element.name === 'testsuite') claimedFailures += suite.failures + suite.errors;
    const file = suite.file ?? next.file;
    const inner = elementsOf(next.element);
    cases.push(...inner.filter(({ name }) => name === 'testcase').map((element) => readCase(element, file)));
    // The stack gives back the last first; reversed, suites keep their order.
    const suites = inner.filter(({ name }) => name === 'testsuite').reverse();
    open.push(...suites.map((element) => ({ element, file })));
  }
  return { cases, claimedFailures };
}

function readCase(element: XmlElement, suiteFile: string | undefined): JunitCase {
  const attributes = caseSchema.parse(element.attributes);
  const inner = elementsOf(element);
  const problems = inner.filter(({ name }) => name === 'failure' || name === 'error');
  const [first] = problems;
  const isSkipped = inner.some(({ name }) => name === 'skipped' || name === 'disabled');
  const message = problems.map(textOfProblem).join('\n');
  return {
    name: attributes.name,
    className: attributes.classname,
    file: attributes.file ?? suiteFile,
    line: attributes.line,
    durationMs: attributes.time === undefined ? undefined : attributes.time * 1000,
    status: first !== undefined ? 'failed' : isSkipped ? 'skipped' : 'passed',
    problem: first?.attributes.message ?? '',
    message: first === undefined ? undefined : message,
  };
}

function textOfProblem(element: XmlElement): string {
  const { message = '', type = '' } = element.attributes;
  const text = element.text.trim();
  if (text.includes(message) && text !== '') return text;
  return [message === '' ? type : message, text].filter((part) => part !== '').join('\n');
}

const elementsOf = (element: XmlElement): XmlElement[] =>
  element.children.filter((child): child is XmlElement => child instanceof XmlElement);

/** A report of any producer: lines count from 1, and the class is the suite. */
export function parseJunit(text: string | undefined, cwd: string): ParsedReport {
  const report = readJunit(text);
  if (report === undefined) return missing;
  const tests = report.cases.map((one) => {
    const names = [one.className, one.name].filter((name) => name !== '');
    return result(relativeTo(cwd, one.file ?? ''), names, one.status, one.line, one.durationMs, one.message);
  });
  return { tests: numbered(tests), errors: unseenFailures(report), isComplete: true };
}

/** A suite that counts failures where no test shows one: something failed outside of a test. */
export function unseenFailures({ cases, claimedFailures }: JunitReport): string[] {
  if (claimedFailures === 0 || cases.some(({ status }) => status === 'failed')) return [];
  return [firstLines(`The report counts ${claimedFailures} failures, but no test in it failed.`)];
}

/** Several reports of one run. One that cannot be read makes the whole incomplete. */
export function parseJunitFiles(files: ReadonlyMap<string, string>, cwd: string): ParsedReport {
  const parsed = [...files].map(([path, text]) => ({ path, ...parseJunit(text, cwd) }));
  return {
    tests: numbered(parsed.flatMap(({ tests }) => tests)),
    errors: parsed.flatMap(({ path, errors, isComplete }) =>
      isComplete ? errors : [`${path} is no whole JUnit report.`],
    ),
    isComplete: parsed.every(({ isComplete }) => isComplete),
  };
}
