// The integrity gate: a change may not weaken what judges it. It compares two trees and believes no explanation.
import picomatch from 'picomatch';
import type { FileFacts, Suppression, TestFact } from '../invariants/messages.ts';
import type { Finding } from '../protocol/verdict.ts';
import type { Gate, GateContext } from './gate.ts';
import { readText, type TreeChange } from './treeReader.ts';
import { packageFindings, strictnessFindings } from './weakenedConfig.ts';

const testFiles = picomatch(
  ['**/*.{test,spec}.*', '**/{test,tests,__tests__,spec}/**', '**/test_*.py', '**/*_test.{py,go}'],
  { dot: true },
);
const code = /\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|rb|php|cs|c|cc|cpp|h|sh|tf|sql|vue|svelte)$/;

/** Files that decide how work is judged, and what they are called in a finding. */
const judges: readonly (readonly [string, string[]])[] = [
  ["Ratchet's own configuration", ['.ratchet/**']],
  [
    'continuous integration',
    [
      '.github/workflows/**',
      '.github/actions/**',
      '.gitlab-ci.yml',
      '.circleci/**',
      'Jenkinsfile',
      'azure-pipelines.yml',
      '.ci/**',
      '.travis.yml',
      '.husky/**',
    ],
  ],
  [
    'the test runner',
    [
      '**/{vitest,jest,playwright,cypress,karma,ava,wdio}.{config,conf,workspace}.*',
      '**/.mocharc*',
      '**/.{c8,nyc}rc*',
      '**/pytest.ini',
      '**/tox.ini',
      '**/conftest.py',
      '**/.coveragerc',
    ],
  ],
  [
    'the linter',
    [
      '**/{.eslintrc*,eslint.config.*,biome.json,biome.jsonc,.oxlintrc.json,oxlint.json,.eslintignore,ruff.toml,.ruff.toml,.golangci.*,clippy.toml,.flake8,.pylintrc}',
    ],
  ],
];

export const integrityGate: Gate = {
  name: 'integrity',
  version: 1,
  configOf: () => null,
  async judge(context) {
    const changes = await context.files.changed(context.baseTree, context.candidateTree);
    const findings = [...judgeFindings(changes), ...deletedTestFiles(changes), ...snapshotFindings(changes)];
    findings.push(...(await packageFindings(changes, context)), ...(await strictnessFindings(changes, context)));
    const before = await factsOf(changes, context, 'before');
    const after = await factsOf(changes, context, 'after');
    if (!before.ok || !after.ok) {
      const message = before.ok ? (after.ok ? '' : after.message) : before.message;
      return { status: 'errored', summary: message, findings };
    }
    findings.push(...testFindings(before.files, after.files), ...suppressionFindings(before.files, after.files));
    const unread = [...after.files.values()].filter(({ problem }) => problem !== null);
    findings.push(
      ...unread.map(({ path, problem }): Finding => found('unread', path, problem ?? '', undefined, 'warning')),
    );
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    const things = `${changes.length} changed ${changes.length === 1 ? 'file' : 'files'} compared`;
    if (errors > 0)
      return {
        status: 'failed',
        summary: `${errors} ${errors === 1 ? 'way' : 'ways'} to weaken what judges the change; ${things}.`,
        findings,
      };
    if (unread.length > 0)
      return { status: 'unproven', summary: `${unread.length} changed files could not be read as code.`, findings };
    return { status: 'passed', summary: `Nothing that judges the change was weakened; ${things}.`, findings };
  },
};

const found = (
  what: string,
  path: string,
  message: string,
  line?: number,
  severity: Finding['severity'] = 'error',
  evidence?: string,
): Finding => ({
  gate: 'integrity',
  rule: `integrity/${what}`,
  severity,
  message,
  path,
  ...(line === undefined ? {} : { range: { startLine: line, startColumn: 1, endLine: line + 1, endColumn: 1 } }),
  ...(evidence === undefined ? {} : { evidence }),
});

function judgeFindings(changes: readonly TreeChange[]): Finding[] {
  return changes.flatMap((change) =>
    judges.flatMap(([name, globs]) => {
      const paths = [change.path, ...(change.oldPath === null ? [] : [change.oldPath])];
      const hit = paths.find((path) => picomatch(globs, { dot: true })(path));
      return hit === undefined
        ? []
        : [found('gate-configuration', hit, `The change edits ${hit}, which configures ${name}.`)];
    }),
  );
}

const deletedTestFiles = (changes: readonly TreeChange[]): Finding[] =>
  changes
    .filter(({ kind, path }) => kind === 'deleted' && testFiles(path) && code.test(path))
    .map(({ path }) => found('deleted-test-file', path, `The change deletes the test file ${path}.`));

const snapshotFindings = (changes: readonly TreeChange[]): Finding[] =>
  changes
    .filter(({ kind, path }) => kind !== 'added' && /\.(?:snap|snapshot)$|(?:^|\/)__snapshots__\//.test(path))
    .map(({ path }) => found('rewritten-snapshot', path, `The change rewrites recorded expectations in ${path}.`));

type Facts =
  | { readonly ok: true; readonly files: ReadonlyMap<string, FileFacts> }
  | { readonly ok: false; readonly message: string };

/** Facts of the changed files, by their path in the candidate; a renamed file is compared with what it was. */
async function factsOf(changes: readonly TreeChange[], context: GateContext, side: 'before' | 'after'): Promise<Facts> {
  const tree = side === 'before' ? context.baseTree : context.candidateTree;
  const files: { path: string; text: string }[] = [];
  for (const change of changes) {
    if (!code.test(change.path) || change.kind === (side === 'before' ? 'added' : 'deleted')) continue;
    const text = await readText(context.files, tree, side === 'before' ? (change.oldPath ?? change.path) : change.path);
    if (text !== undefined) files.push({ path: change.path, text });
  }
  if (files.length === 0) return { ok: true, files: new Map() };
  const read = await context.engine.readTests(files, context.signal);
  if (!read.ok) return { ok: false, message: read.failure.message };
  return { ok: true, files: new Map(read.value.map((facts) => [facts.path, facts])) };
}

const hushing = new Set(['skip', 'todo', 'skipIf', 'runIf', 'fails', 'failing']);

function testFindings(before: ReadonlyMap<string, FileFacts>, after: ReadonlyMap<string, FileFacts>): Finding[] {
  const findings: Finding[] = [];
  const everywhere = new Set(
    [...after.values()].flatMap(({ tests }) => tests.filter(({ isSuite }) => !isSuite).map(({ name }) => name)),
  );
  for (const [path, old] of before) {
    const now = after.get(path);
    const unmatched = new Map<string, TestFact[]>();
    for (const test of now?.tests ?? []) unmatched.set(test.name, [...(unmatched.get(test.name) ?? []), test]);
    for (const test of old.tests) {
      const match = unmatched.get(test.name)?.shift();
      if (match !== undefined) findings.push(...weakenings(path, test, match));
      // A deleted file is one finding already, and a test that moved to another changed file is still there.
      else if (now !== undefined && now.problem === null && !test.isSuite && !everywhere.has(test.name))
        findings.push(
          found('removed-test', path, `The test "${test.name}" was removed (a renamed test counts as removed).`),
        );
    }
  }
  for (const [path, facts] of after) {
    const known = new Set(before.get(path)?.tests.map(({ name }) => name));
    for (const test of facts.tests.filter(({ name }) => !known.has(name))) {
      for (const modifier of test.modifiers.filter((candidate) => hushing.has(candidate)))
        findings.push(
          found(
            'skipped-test',
            path,
            `The new test "${test.name}" does not count: it is marked ${modifier}.`,
            test.line,
            'warning',
          ),
        );
      if (test.modifiers.includes('only'))
        findings.push(
          found('focused-test', path, `"${test.name}" is marked only, so other tests do not run.`, test.line),
        );
    }
  }
  return findings;
}

function weakenings(path: string, before: TestFact, after: TestFact): Finding[] {
  const findings: Finding[] = [];
  const added = after.modifiers.filter((modifier) => !before.modifiers.includes(modifier));
  const what = after.isSuite ? 'suite' : 'test';
  for (const modifier of new Set(added)) {
    if (hushing.has(modifier))
      findings.push(found('skipped-test', path, `The ${what} "${after.name}" is marked ${modifier} now.`, after.line));
    if (modifier === 'only')
      findings.push(
        found(
          'focused-test',
          path,
          `The ${what} "${after.name}" is marked only, so other tests do not run.`,
          after.line,
        ),
      );
  }
  if (after.isSuite) return findings;
  if (before.statements > 0 && after.statements === 0)
    findings.push(found('emptied-test', path, `The test "${after.name}" is empty now.`, after.line));
  else if (after.assertions < before.assertions)
    findings.push(
      found(
        'fewer-assertions',
        path,
        `The test "${after.name}" has ${after.assertions} assertions; it had ${before.assertions}.`,
        after.line,
      ),
    );
  return findings;
}

function suppressionFindings(before: ReadonlyMap<string, FileFacts>, after: ReadonlyMap<string, FileFacts>): Finding[] {
  const findings: Finding[] = [];
  for (const [path, { suppressions }] of after) {
    const known = new Map<string, number>();
    for (const { text } of before.get(path)?.suppressions ?? []) known.set(text, (known.get(text) ?? 0) + 1);
    for (const suppression of suppressions) {
      const left = known.get(suppression.text) ?? 0;
      if (left > 0) known.set(suppression.text, left - 1);
      else findings.push(suppressed(path, suppression));
    }
  }
  return findings;
}

const suppressed = (path: string, { directive, line, text }: Suppression): Finding =>
  found('new-suppression', path, `The change silences a check with ${directive}.`, line, 'error', text);
