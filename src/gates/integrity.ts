// The integrity gate: a change may not weaken what judges it. It compares two trees and believes no explanation.
import type { FileFacts } from '../invariants/testFacts/factSchemas.ts';
import type { Finding } from '../protocol/verdict.ts';
import type { Gate, GateContext, GateResult } from './gate.ts';
import { compareTests } from './integrity/compareTests.ts';
import { findingOf, identified } from './integrity/finding.ts';
import { isCodePath, isTestPath, judgeFindings } from './integrity/judgingFiles.ts';
import { lockfileFindings } from './integrity/lockfiles.ts';
import { mockFindings } from './integrity/mocks.ts';
import { snapshotFindings } from './integrity/snapshots.ts';
import { suppressionFindings } from './integrity/suppressions.ts';
import { packageFindings, strictnessFindings } from './integrity/weakenedConfig.ts';
import { toolFindings } from './integrity/weakenedTools.ts';
import { readText, type TreeChange } from './treeReader.ts';

export const integrityGate: Gate = {
  name: 'integrity',
  version: 2,
  configOf: () => null,
  async judge(context) {
    const changes = await context.files.changed(context.baseTree, context.candidateTree);
    const findings = [
      ...judgeFindings(changes),
      ...(await packageFindings(changes, context)),
      ...(await strictnessFindings(changes, context)),
      ...(await toolFindings(changes, context)),
      ...(await lockfileFindings(changes, context)),
    ];
    const before = await factsOf(changes, context, 'before');
    const after = await factsOf(changes, context, 'after');
    if (!before.ok) return { status: 'errored', summary: before.message, findings };
    if (!after.ok) return { status: 'errored', summary: after.message, findings };
    const hasCodeChanged = isCodeChanged(changes, before.files, after.files);
    findings.push(
      ...(await snapshotFindings(changes, context, hasCodeChanged)),
      ...unreadableDeletions(changes, before.files),
    );
    const [old, now] = comparable(before.files, after.files);
    const deletedFiles = new Set(changes.filter(({ kind }) => kind === 'deleted').map(({ path }) => path));
    for (const { path, oldPath } of changes)
      if (oldPath !== null && isLostByRename(oldPath, path)) deletedFiles.add(oldPath);
    findings.push(
      ...compareTests({ before: old, after: now, deletedFiles, hasCodeChanged }),
      ...mockFindings(old, now),
      ...suppressionFindings(old, now),
    );
    const unread = [...before.files, ...after.files].filter(({ problem }) => problem !== null);
    return resultOf(changes.length, findings, unread);
  },
};

function resultOf(changes: number, findings: readonly Finding[], unread: readonly FileFacts[]): GateResult {
  const all = identified([
    ...findings,
    ...unread.map(({ path, problem }) =>
      findingOf({
        rule: 'unread',
        path,
        message: problem?.message ?? '',
        severity: 'warning',
        line: problem?.line ?? 1,
      }),
    ),
  ]);
  const errors = all.filter(({ severity }) => severity === 'error').length;
  const things = `${changes} changed ${changes === 1 ? 'file' : 'files'} compared`;
  if (errors > 0)
    return {
      status: 'failed',
      summary: `${errors} ${errors === 1 ? 'way' : 'ways'} to weaken what judges the change; ${things}.`,
      findings: all,
    };
  const files = new Set(unread.map(({ path }) => path)).size;
  if (files > 0)
    return { status: 'unproven', summary: `${files} changed files could not be read as code.`, findings: all };
  const warnings = all.length === 0 ? '' : ` ${all.length} ${all.length === 1 ? 'thing' : 'things'} to look at.`;
  return {
    status: 'passed',
    summary: `Nothing that judges the change was weakened; ${things}.${warnings}`,
    findings: all,
  };
}

/** A file that could not be read on one side is compared on neither: that side's tests would count as gone. */
function comparable(before: readonly FileFacts[], after: readonly FileFacts[]): [FileFacts[], FileFacts[]] {
  const unread = new Set([...before, ...after].filter(({ problem }) => problem !== null).map(({ path }) => path));
  return [before.filter(({ path }) => !unread.has(path)), after.filter(({ path }) => !unread.has(path))];
}

/** Code that no test is: a file outside the tests, or what stands beside the tests of a file. */
function isCodeChanged(
  changes: readonly TreeChange[],
  before: readonly FileFacts[],
  after: readonly FileFacts[],
): boolean {
  return changes.some(({ path, oldPath }) => {
    if (isTestPath(path) || (oldPath !== null && isTestPath(oldPath))) return false;
    if (!isCodePath(path))
      return (
        /\.(?:json|ya?ml|toml|html?|css|proto|graphql|sql)$/.test(path) &&
        !/(?:^|\/)(?:package(?:-lock)?|tsconfig[^/]*)\.json$/.test(path)
      );
    const [old, now] = [before, after].map((files) => files.find((file) => file.path === path));
    return old === undefined || now === undefined || old.rest === '' || old.rest !== now.rest;
  });
}

/** Deleted test files in which no test was found: of languages that are only searched for comments, or of an unknown form. */
const unreadableDeletions = (changes: readonly TreeChange[], before: readonly FileFacts[]): Finding[] =>
  changes
    .filter(({ kind, path }) => kind === 'deleted' && isTestPath(path) && isCodePath(path))
    .filter(({ path }) => {
      const facts = before.find((file) => file.path === path);
      const hasTests = facts?.tests.some(({ isSuite }) => !isSuite) ?? false;
      return !hasTests && (!isReadable(path) || isNamedAsTest(path));
    })
    .map(({ path }) =>
      findingOf({ rule: 'deleted-test-file', path, message: `The change deletes the test file ${path}.` }),
    );

const isNamedAsTest = (path: string): boolean =>
  /\.(?:test|spec)\.|(?:^|\/)test_[^/]*\.py$|_test\.(?:py|go)$|Tests?\.java$/.test(path);
const isReadable = (path: string): boolean => /\.(?:[cm]?[jt]sx?|pyi?|go|rs|java)$/.test(path);
/** A test file whose new name no runner looks for. */
const isLostByRename = (oldPath: string, path: string): boolean =>
  isTestPath(oldPath) &&
  (!isTestPath(path) ||
    !isCodePath(path) ||
    (/_test\.go$/.test(oldPath) && !/_test\.go$/.test(path)) ||
    (/\.(?:test|spec)\./.test(oldPath) && !/\.(?:test|spec)\./.test(path)) ||
    (/(?:^|\/)test_[^/]*\.py$/.test(oldPath) && !/(?:^|\/)test_[^/]*\.py$|_test\.py$/.test(path)));

const unreadable = { tests: [], helpers: [], suppressions: [], mocks: [], defines: [], rest: '' };

type Facts =
  | { readonly ok: true; readonly files: readonly FileFacts[] }
  | { readonly ok: false; readonly message: string };

/** Facts of the changed files, by their path in the candidate; a renamed file is compared with what it was. */
async function factsOf(changes: readonly TreeChange[], context: GateContext, side: 'before' | 'after'): Promise<Facts> {
  const tree = side === 'before' ? context.baseTree : context.candidateTree;
  const files: { path: string; text: string }[] = [];
  const binary: FileFacts[] = [];
  for (const { path, oldPath, kind } of changes) {
    if (kind === (side === 'before' ? 'added' : 'deleted')) continue;
    const isLost = oldPath !== null && isLostByRename(oldPath, path);
    const own = side === 'before' ? (oldPath ?? path) : path;
    // What no runner finds any more has no tests, whatever is written in it.
    if (!isCodePath(own) || (isLost && side === 'after')) continue;
    const text = await readText(context.files, tree, own);
    if (text !== undefined) files.push({ path: isLost ? own : path, text });
    else binary.push({ ...unreadable, path, problem: { message: `${path} is not text.`, line: 1 } });
  }
  if (files.length === 0) return { ok: true, files: binary };
  const read = await context.engine.readTests(files, context.signal);
  return read.ok ? { ok: true, files: [...read.value, ...binary] } : { ok: false, message: read.failure.message };
}
