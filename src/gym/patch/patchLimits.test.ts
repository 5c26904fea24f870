// What a patch of an experiment may do: a test's input, lines that are added to code, or code that is no test; and nothing else.
import { describe, expect, it } from 'vitest';
import { patchProblem } from './patchLimits.ts';

const diff = (path: string, ...lines: string[]): string =>
  [`--- a/${path}`, `+++ b/${path}`, '@@ -1,2 +1,2 @@', ...lines].join('\n');
const changes = ['-a', '+b', ' c'];
const adds = [' a', '+b', ' c'];

describe('the patch of an experiment', () => {
  it('may change a test, and add lines to code', () => {
    expect(patchProblem('test', diff('test/sum.test.js', ...changes))).toBeNull();
    expect(patchProblem('probe', diff('src/sum.ts', ...adds))).toBeNull();
    expect(patchProblem('change', diff('src/sum.ts', ...changes))).toBeNull();
  });

  it.each([
    ['code in place of a test', 'test', diff('src/sum.js', ...changes)],
    ['a line that a probe removes', 'probe', diff('src/sum.js', ...changes)],
    ['lines that a probe moves', 'probe', diff('src/sum.js', '-a', ' b', '+a')],
    ['a test in place of code', 'change', diff('test/sum.test.js', ...changes)],
    ['a package file in place of code', 'change', diff('package.json', ...changes)],
    ['a configuration in place of code', 'change', diff('vitest.config.ts', ...changes)],
    ['a package file, which holds commands', 'probe', diff('package.json', ...adds)],
    ['a configuration that is code', 'probe', diff('vitest.config.ts', ...adds)],
    ['a configuration of tests', 'test', diff('test/conftest.py', ...changes)],
    ['a workflow', 'probe', diff('.github/workflows/ci.yml', ...adds)],
    ['a file that is made', 'probe', '--- /dev/null\n+++ b/src/new.js\n@@ -0,0 +1 @@\n+a'],
    ['a file that is removed', 'test', '--- a/test/a.test.js\n+++ /dev/null\n@@ -1 +0,0 @@\n-a'],
    ['a file that is renamed', 'test', '--- a/test/a.test.js\n+++ b/test/b.test.js\n@@ -1 +1 @@\n-a\n+b'],
    ['no patch at all', 'probe', 'rm -rf /'],
    ['many files', 'probe', Array.from({ length: 6 }, (_, index) => diff(`src/${index}.js`, ...adds)).join('\n')],
  ] as const)('may not be %s', (_name, kind, patch) => {
    expect(patchProblem(kind, patch)).toMatch(/^Its patch/);
  });
});
