// cargo test by its text: libtest has no stable machine-readable output. What it prints of each test is checked against the
// numbers it prints for each binary, so a cut or forged text is no complete report.
import type { TestResult } from '../../protocol/testReport.ts';
import type { TestAdapter } from './adapter.ts';
import { firstLines, numbered, type ParsedReport, result } from './testResult.ts';

export const cargoAdapter: TestAdapter = {
  perTest: true,
  takesFiles: false,
  command: (command) => {
    const loud = command.replace(/\s(?:-q|--quiet|--no-fail-fast)(?=\s|$)/g, '');
    // Which binary runs is told on stderr; only one stream keeps the order.
    return `${loud.replace(/\bcargo\s+(?:\+\S+\s+)?test(?=\s|$)/, '$& --no-fail-fast')} 2>&1`;
  },
  parse: ({ stdout }) => parseCargo(stdout),
};

interface Binary {
  readonly name: string;
  readonly source: string | undefined;
  readonly expected: number;
  readonly tests: { name: string; status: TestResult['status'] }[];
  isEnded: boolean;
}

const testLine = /^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored(?:, .*)?)$/;
const endLine = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored; (\d+) measured;/;

function parseCargo(text: string): ParsedReport {
  const binaries: Binary[] = [];
  const messages = new Map<string, string>();
  const compileErrors: string[] = [];
  let announced = { name: '', source: undefined as string | undefined };
  let telling: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const told = /^---- (.+) stdout ----$/.exec(line);
    // What a failed test printed may look like anything; its end is the list of failures.
    if (telling !== undefined && told === null && line !== 'failures:') {
      messages.set(telling, `${messages.get(telling) ?? ''}${line}\n`);
      continue;
    }
    telling = undefined;
    const running = /^\s+Running (?:unittests )?(\S+) \(.*?([^/\\]+?)(?:-[0-9a-f]{16})?(?:\.exe)?\)$/.exec(line);
    // A binary that dies leaves its last line open.
    const docs = /Doc-tests (\S+)$/.exec(line);
    const begin = /^running (\d+) tests?$/.exec(line);
    const current = binaries.at(-1);
    const test = testLine.exec(line);
    const end = endLine.exec(line);
    if (running !== null) announced = { name: running[2] ?? '', source: running[1]?.replaceAll('\\', '/') };
    else if (docs !== null) announced = { name: `${docs[1]} (doc)`, source: undefined };
    else if (begin !== null) binaries.push({ ...announced, expected: Number(begin[1]), tests: [], isEnded: false });
    else if (test !== null && current?.isEnded === false)
      current.tests.push({ name: test[1] ?? '', status: statusOf(test[2] ?? '') });
    else if (end !== null && current?.isEnded === false) current.isEnded = agrees(current, end);
    else if (
      /^error(?:\[E\d+\])?: /.test(line) &&
      !/^error: (?:test failed|doctest failed|\d+ targets? failed)/.test(line)
    )
      compileErrors.push(line);
    if (told !== null && current !== undefined) telling = `${current.name} ${told[1]}`;
  }
  const cut = binaries.filter(({ isEnded }) => !isEnded).map(({ name }) => `${name} ended before its tests did.`);
  const errors = [...cut, ...(compileErrors.length === 0 ? [] : [firstLines(compileErrors.join('\n'))])];
  const tests = binaries.flatMap((binary) => binary.tests.map((test) => resultOf(binary, test, messages)));
  return { tests: numbered(tests), errors, isComplete: binaries.length > 0 && cut.length === 0 };
}

const statusOf = (word: string): TestResult['status'] =>
  word === 'ok' ? 'passed' : word === 'FAILED' ? 'failed' : 'skipped';

function agrees({ tests, expected }: Binary, [, passed, failed, ignored, measured]: RegExpExecArray): boolean {
  const has = (status: TestResult['status'], count: string | undefined) =>
    tests.filter((test) => test.status === status).length === Number(count);
  const isSum = tests.length + Number(measured) === expected;
  return isSum && has('passed', passed) && has('failed', failed) && has('skipped', ignored);
}

function resultOf(
  binary: Binary,
  { name, status }: Binary['tests'][number],
  messages: ReadonlyMap<string, string>,
): TestResult {
  const doc = /^(\S+) - (.*) \(line (\d+)\)$/.exec(name);
  // The line is not a part of the name: it moves with every change above.
  if (doc !== null) {
    const names = [binary.name, doc[2] ?? ''];
    return result(
      doc[1]?.replaceAll('\\', '/') ?? '',
      names,
      status,
      Number(doc[3]),
      undefined,
      messages.get(`${binary.name} ${name}`),
    );
  }
  const message = messages.get(`${binary.name} ${name}`)?.trim();
  const panicked = /panicked at (\S+?):(\d+):\d+:/.exec(message ?? '');
  const line = panicked === null ? undefined : Number(panicked[2]);
  const shown = result('', [binary.name, ...name.split('::')], status, line, undefined, message);
  // Only an integration test is surely in the file its binary is named after.
  const file = panicked?.[1] ?? (binary.source?.startsWith('tests/') === true ? binary.source : undefined);
  return file === undefined ? shown : { ...shown, file: file.replaceAll('\\', '/') };
}
