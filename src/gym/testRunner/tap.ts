// TAP, the Test Anything Protocol, from the output of any command. It is complete when its plan and its tests agree.
import type { TestResult } from '../../protocol/testReport.ts';
import type { TestAdapter } from './adapter.ts';
import { firstLines, numbered, type ParsedReport, relativeTo, result } from './testResult.ts';

export const tapAdapter: TestAdapter = {
  perTest: true,
  takesFiles: false,
  command: (command) => command,
  parse: ({ stdout, cwd }) => parseTap(stdout, cwd),
};

interface Point {
  readonly names: readonly string[];
  readonly status: TestResult['status'];
  diagnostics: string;
}

const pointLine = /^( *)(not ok|ok)\b(?: +\d+)?(?: *-)? *(.*?)(?:\s+#\s*(skip|todo)\b.*)?$/i;

function parseTap(text: string, cwd: string): ParsedReport {
  const points: Point[] = [];
  const errors: string[] = [];
  // Points of subtests come before the point that names them; they wait here, by depth.
  const waiting: Point[][] = [];
  let plan: number | undefined;
  let plans = 0;
  let count = 0;
  let last: Point | undefined;
  let isInYaml = false;
  for (const line of text.split(/\r?\n/)) {
    if (isInYaml) {
      isInYaml = !/^\s+\.\.\.\s*$/.test(line);
      if (isInYaml && last !== undefined) last.diagnostics += `${line.trimStart()}\n`;
      continue;
    }
    if (last !== undefined && /^\s+---\s*$/.test(line)) isInYaml = true;
    const planned = /^1\.\.(\d+)/.exec(line);
    if (planned !== null) {
      plan = Number(planned[1]);
      plans += 1;
    }
    if (/^\s*Bail out!/.test(line)) errors.push(firstLines(line.trim()));
    const point = pointLine.exec(line);
    if (point === null) continue;
    const [, indent = '', word = '', name = '', directive] = point;
    const depth = Math.floor(indent.length / 4);
    // What is still to be done proves nothing, also where it is `ok`: it may have no body.
    const status = directive !== undefined ? 'skipped' : word === 'ok' ? 'passed' : 'failed';
    const inner = waiting.splice(depth + 1).flat();
    const own: Point = { names: [name === '' ? 'unnamed' : name], status, diagnostics: '' };
    const under = inner.map((one) => ({ ...one, names: [...own.names, ...one.names] }));
    // A subtest fails by its tests; only a failure of its own is one more.
    const isTest = inner.length === 0 || (status === 'failed' && !inner.some((one) => one.status === 'failed'));
    const found = isTest ? [...under, own] : under;
    last = own;
    if (depth === 0) {
      count += 1;
      points.push(...found);
    } else {
      while (waiting.length <= depth) waiting.push([]);
      waiting[depth]?.push(...found);
    }
  }
  const isComplete = plans === 1 && plan === count && errors.length === 0 && waiting.flat().length === 0 && !isInYaml;
  return { tests: numbered(points.map((point) => resultOf(point, cwd))), errors, isComplete };
}

function resultOf({ names, status, diagnostics }: Point, cwd: string): TestResult {
  const duration = /^duration_ms: ([\d.]+)/m.exec(diagnostics)?.[1];
  // Node writes both in one.
  const [, path, place] = /^location: ['"]?([^'"\n]+?):(\d+):\d+/m.exec(diagnostics) ?? [];
  const line = /^line: (\d+)/m.exec(diagnostics)?.[1] ?? place;
  const message = diagnostics === '' ? 'not ok' : diagnostics;
  const shown = result('', names, status, numberOf(line), numberOf(duration), message);
  const file = /^file: ['"]?([^'"\n]+)/m.exec(diagnostics)?.[1] ?? path;
  return file === undefined ? shown : { ...shown, file: relativeTo(cwd, file) };
}

const numberOf = (text: string | undefined): number | undefined =>
  text === undefined || !Number.isFinite(Number(text)) ? undefined : Number(text);
