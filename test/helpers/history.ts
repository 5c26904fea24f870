// Histories for investigations: a small project with tests of node:test, made by one git process, so that thirty commits are
// there at once.
import { execFileSync } from 'node:child_process';
import { type Files, makeRepository, type TestRepository } from './repository.ts';

export interface PlannedCommit {
  readonly subject: string;
  /** Files that the commit writes; null deletes. */
  readonly files: Readonly<Record<string, string | null>>;
  /** Indices of the parents in the list; the commit before it by default. */
  readonly parents?: readonly number[];
}

/** `main` is at the last commit, and checked out. Returns the ids of the commits, in order. */
export function makeHistory(commits: readonly PlannedCommit[]): TestRepository & { readonly ids: string[] } {
  const repository = makeRepository({});
  const stream = commits.map(({ subject, files, parents }, index) => {
    const [first, ...merged] = parents ?? (index === 0 ? [] : [index - 1]);
    const lines = [`commit refs/heads/line-${index}`, `mark :${index + 1}`];
    lines.push(`committer T <t@example.com> ${1_760_000_000 + index * 3_600} +0000`, data(subject));
    if (first !== undefined) lines.push(`from :${first + 1}`);
    for (const parent of merged) lines.push(`merge :${parent + 1}`);
    for (const [path, text] of Object.entries(files))
      lines.push(text === null ? `D ${path}` : `M 644 inline ${path}\n${data(text)}`);
    return lines.join('\n');
  });
  execFileSync('git', ['fast-import', '--quiet'], { cwd: repository.root, input: `${stream.join('\n\n')}\n` });
  const ids = commits.map((_, index) => repository.git('rev-parse', `line-${index}`).trim());
  repository.git('update-ref', 'refs/heads/main', ids.at(-1) ?? '');
  for (const index of commits.keys()) repository.git('branch', '-q', '-D', `line-${index}`);
  repository.git('reset', '-q', '--hard');
  return { ...repository, ids };
}

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}`;

const packageJson = JSON.stringify({ name: 'sums', type: 'module', scripts: { test: 'node --test "test/*.test.js"' } });

export const sumTest = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sum } from '../src/sum.js';

test('adds', () => {
  assert.equal(sum(2, 3), 5);
});
`;

export const goodSum = 'export function sum(a, b) {\n  return a + b;\n}\n';
/** Two changes that do nothing stand around the one that breaks it. */
export const brokenSum =
  '// Adds.\nexport function sum(a, b) {\n  return a - b;\n}\n\n\n\n\n\n\n\n\n\nexport const unit = 1;\n';

export const projectFiles: Files = {
  'package.json': packageJson,
  'src/sum.js': goodSum,
  'src/other.js': 'export const other = 0;\n',
  'test/sum.test.js': sumTest,
};

/**
 * `count` commits that each change another file, with `at` in place of some of them. Every third one changes documentation only.
 */
export function plainHistory(count: number, at: Readonly<Record<number, PlannedCommit>>): PlannedCommit[] {
  return Array.from({ length: count }, (_, index): PlannedCommit => {
    const planned = at[index];
    if (planned !== undefined) return planned;
    if (index === 0) return { subject: 'Begin', files: projectFiles };
    if (index % 3 === 2) return { subject: `Explain ${index}`, files: { 'README.md': `# Text ${index}\n` } };
    return { subject: `Change ${index}`, files: { 'src/other.js': `export const other = ${index};\n` } };
  });
}
