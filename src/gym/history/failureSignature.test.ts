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
  ])('differs by what is missing: %s', (text, missing, other) => {
    expect(said(text)).toBeDefined();
    expect(said(text)?.signature).not.toBe(said(text.replace(missing, other))?.signature);
  });

  it('is unknown where nothing names an error', () => {
    expect(said('sh: 1: vitest: not found')).toBeUndefined();
    expect(said('npm error code ENOTFOUND')).toBeUndefined();
  });

  it('is what was thrown, and not what was printed before nor the line of source', () => {
    const text =
      'Error: cold, going on\nsrc/a.js:3\n  throw new Error(missing(k))\n  ^\n\nError: missing b\n    at f (src/a.js:3:9)';
    expect(said(text)?.message).toBe('Error: missing b');
  });

  it('differs by the file that it points at, and not by temporary names', () => {
    const text = "/tmp/w/src/a.js:3\n}\n^\n\nSyntaxError: Unexpected token '}'\n    at compile (node:internal:1:2)";
    expect(said(text)?.signature).not.toBe(said(text.replace('a.js', 'b.js'))?.signature);
    const cold = (name: string) => said(`Error: no cache at /tmp/${name}/x for 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed`);
    expect(cold('aB3')?.signature).toBe(cold('zz9')?.signature);
  });

  it('leaves out a sentence that gives no reason', () => {
    const text = 'Error: Transform failed with 1 error:\nsrc/a.ts:3:1: ERROR: Unexpected "}"';
    expect(said(text)?.message).toBe('src/a.ts:3:1: ERROR: Unexpected "}"');
  });
});
