// The same failure with other numbers is the same; another kind of failure is not.
import { describe, expect, it } from 'vitest';
import { framesOf, loadFailureOf, signatureOf } from './failureSignature.ts';
import { isRelevant } from './relevantFiles.ts';

describe('the signature of a failure', () => {
  it.each([
    ['AssertionError: expected 3 to be 4', 'AssertionError: expected -17 to be 4.5'],
    [
      "Error: ENOENT: no such file or directory, open '/tmp/a/b.txt'",
      "Error: ENOENT: no such file or directory, open '/x.txt'",
    ],
    ['expected { a: 1 } to equal { a: 2 }', 'expected { b: [2, 3] } to equal { a: 2 }'],
    ['\n\nTypeError: x is not a function\n  at a', 'TypeError: x is not a function'],
  ])('is the same: %s', (one, other) => expect(signatureOf(one)).toBe(signatureOf(other)));

  it.each([
    ['AssertionError: expected 3 to be 4', 'TypeError: sum is not a function'],
    ['SyntaxError: Unexpected token', 'ReferenceError: x is not defined'],
  ])('differs: %s', (one, other) => expect(signatureOf(one)).not.toBe(signatureOf(other)));

  it('names the places of the project in a stack, and no others', () => {
    const stack = `Error: no
    at sum (file:///project/src/sum.js:3:9)
    at Object.<anonymous> (/project/test/sum.test.js:6:3)
    at run (node:internal/test:12:1)
    at x (/project/node_modules/y/z.js:1:1)
    at out (/elsewhere/a.js:1:1)`;
    expect(framesOf(stack, '/project')).toEqual([
      { path: 'src/sum.js', line: 3 },
      { path: 'test/sum.test.js', line: 6 },
    ]);
  });
});

describe('files that cannot matter', () => {
  it.each([
    'README.md',
    'docs/a/b.txt',
    'docs/logo.svg',
    'LICENSE',
    'License.txt',
    'changelog',
    'icon.PNG',
    '.github/pull.md',
  ])('%s', (path) => expect(isRelevant(path)).toBe(false));
  it.each([
    'requirements.txt',
    'authors.js',
    'licenses.json',
    'changelog-parser.ts',
    'src/README.md',
    'test/data.md',
    'docs/conf.py',
    'a.js',
    'src/logo.svg',
    '.github/workflows/ci.yml',
  ])('but for %s', (path) => expect(isRelevant(path)).toBe(true));
});

describe('why a file cannot be loaded', () => {
  const said = (text: string, cwd = '/tmp/w') => loadFailureOf(text.split('\n'), cwd);

  it('is the line that names the error, without the place of the worktree', () => {
    const text =
      "Running\nError [ERR_MODULE_NOT_FOUND]: Cannot find module '/tmp/w/src/a.js' imported from file:///tmp/w/b.js\n  at x";
    expect(said(text)?.message).toBe("Error [ERR_MODULE_NOT_FOUND]: Cannot find module 'src/a.js' imported from b.js");
    expect(said(text.replaceAll('/tmp/w', '/tmp/v'), '/tmp/v')).toEqual(said(text));
  });

  it.each([
    ["a.test.js could not be run: Error: Failed to resolve import './a' from 'b'.", './a', './c'],
    ["E   ModuleNotFoundError: No module named 'gone'", 'gone', 'notYet'],
    ['# calc\n./calc_test.go:3:34: undefined: Total', 'Total', 'Sum'],
    ['error[E0425]: cannot find function `total` in this scope', 'total', 'sum'],
  ])('differs by what is missing: %s', (text, missing, other) => {
    expect(said(text)).toBeDefined();
    expect(said(text)?.signature).not.toBe(said(text.replace(missing, other))?.signature);
    expect(said(text)?.signature).toBe(said(text.replace('3:34', '17:2'))?.signature);
  });

  it('is unknown where nothing names an error', () => {
    expect(said('sh: 1: vitest: not found')).toBeUndefined();
    expect(said('npm error code ENOTFOUND')).toBeUndefined();
  });
});
