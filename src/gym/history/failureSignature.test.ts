// The same failure with other numbers is the same; another kind of failure is not.
import { describe, expect, it } from 'vitest';
import { framesOf, signatureOf } from './failureSignature.ts';
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
