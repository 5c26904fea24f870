// Runs the examples of rules: a valid one must give nothing, an invalid one at least one violation of its own rule. Each example
// is a folder of its own, and what a rule cannot verify in it counts as a failure.
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { failure, type Result, success } from '../protocol/result.ts';
import type { RuleExample } from '../protocol/ruleBase.ts';
import type { RuleTest } from '../protocol/ruleDocuments.ts';
import type { InvariantRule } from '../protocol/rules.ts';
import { blobOf } from './blobOf.ts';
import type { InvariantEngine } from './engine.ts';
import type { Problem, Violation } from './messages.ts';

export async function testRules(
  rules: readonly InvariantRule[],
  engine: InvariantEngine,
  signal: AbortSignal,
): Promise<Result<RuleTest[]>> {
  const tests: RuleTest[] = [];
  for (const rule of rules) {
    const test = await testRule(rule, engine, signal);
    if (!test.ok) return test;
    tests.push(test.value);
  }
  return success(tests);
}

async function testRule(rule: InvariantRule, engine: InvariantEngine, signal: AbortSignal): Promise<Result<RuleTest>> {
  const { id, kind, valid, invalid } = rule;
  const counts = { id, valid: valid.length, invalid: invalid.length };
  if (kind === 'command' || valid.length + invalid.length === 0)
    return success({ ...counts, status: 'untested', failures: [] });
  const failures: string[] = [];
  for (const [what, examples] of [
    ['valid', valid],
    ['invalid', invalid],
  ] as const)
    for (const [index, example] of examples.entries()) {
      const judged = await judgeExample(rule, example, engine, signal);
      if (!judged.ok) return judged;
      const wrong = whatIsWrong(what, judged.value);
      const note = example.note === undefined ? '' : ` (${example.note})`;
      if (wrong !== undefined) failures.push(`${what} example ${index + 1}${note}: ${wrong}`);
    }
  return success({ ...counts, status: failures.length === 0 ? 'passed' : 'failed', failures });
}

function whatIsWrong(what: 'valid' | 'invalid', { violations, problems }: Example): string | undefined {
  const [problem] = problems;
  const [violation] = violations;
  if (what === 'invalid') {
    if (violation !== undefined) return undefined;
    return problem === undefined ? 'no violation was found.' : `nothing could be verified: ${problem.message}`;
  }
  if (violation !== undefined) return `${violation.path}:${violation.range.startLine}: ${violation.message}`;
  return problem === undefined ? undefined : `not everything could be verified: ${problem.message}`;
}

interface Example {
  readonly violations: readonly Violation[];
  readonly problems: readonly Problem[];
}

export async function judgeExample(
  rule: InvariantRule,
  { files, before }: RuleExample,
  engine: InvariantEngine,
  signal: AbortSignal,
): Promise<Result<Example>> {
  const outside = [...Object.keys(files), ...Object.keys(before ?? {})].find(
    (path) => isAbsolute(path) || normalize(path).startsWith('..'),
  );
  if (outside !== undefined)
    return failure('configuration', `An example of ${rule.id} names ${outside}, outside its folder.`);
  const root = await realpath(await mkdtemp(join(tmpdir(), 'ratchet-example-')));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    const base = before === undefined ? {} : { base: listOf(before), contents: contentsOf(before) };
    return await engine.judgeRules({ root, files: listOf(files), rules: [rule], ...base }, signal);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

const listOf = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).map(([path, text]) => ({ path, blob: blobOf(text) }));

const contentsOf = (files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.values(files).map((text) => [blobOf(text), text]));
