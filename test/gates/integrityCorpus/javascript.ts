// Changes to the JavaScript project. Every one of the first kind lets wrong code pass that the base's tests would have caught.

import { corpusOf, type Edited, type Mutator } from './corpus.ts';
import {
  base,
  cartCode,
  cartTest,
  json,
  lockfile,
  manifest,
  parseTest,
  queueTest,
  snapshot,
} from './javascriptBase.ts';

const statement = /^ *(?:await )?(?:expect|assert)[.(](?:.*)\n/gm;
const each = (make: (line: string, indent: string, bare: string) => string) => (line: string) =>
  make(line, /^ */.exec(line)?.[0] ?? '', line.trim());

const weakened: Mutator[] = [
  ['skip', /\bit\(/g, 'it.skip('],
  ['todo', /\bit\(/g, 'it.todo('],
  ['only', /\bit\(/g, 'it.only('],
  ['xit', /\bit\(/g, 'xit('],
  ['fails', /\bit\(/g, 'it.fails('],
  ['skipIf', /\bit\(/g, 'it.skipIf(true)('],
  ['option', /\bit\(('[^']+'), /g, 'it($1, { skip: true }, '],
  ['suite skip', /\bdescribe\(/g, 'describe.skip('],
  ['suite only', /\bdescribe\(/g, 'describe.only('],
  ['dead suite', /\bdescribe\(/g, 'if (false) describe('],
  ['emptied', /(it\('[^']+', (?:async )?(?:\(\) =>|function \(\)) \{\n)[\s\S]*?(\n {2}\}\);)/g, '$1$2'],
  ['defined', /\.toBe\(.*\);/g, '.toBeDefined();'],
  ['truthy', /\.toEqual\(.*\);/g, '.toBeTruthy();'],
  ['not null', /\.(?:toBe|toEqual)\(.*\);/g, '.not.toBeNull();'],
  ['anything', /\.(?:toEqual|toHaveBeenCalledWith)\((?!\[\]).*\);/g, '.toEqual(expect.anything());'],
  ['object', /\.toEqual\(\{(.*)\}\);/g, '.toMatchObject({});'],
  ['called', /\.toHaveBeenCalledWith\(0\)/g, '.toHaveBeenCalled()'],
  ['any throw', /\.toThrow\('[^']+'\)/g, '.toThrow()'],
  ['any throw of assert', /(assert\.throws\(\(\) => [^,]+), [^)]+\);/g, '$1);'],
  ['any throw of chai', /\.throw\(RangeError\)/g, '.throw()'],
  ['fewer digits', /toBeCloseTo\(1\.5, 6\)/g, 'toBeCloseTo(1.5, 0)'],
  ['lower bound', /toBeGreaterThan\(1\.4\)/g, 'toBeGreaterThan(-1000)'],
  ['fewer rows', /^ {4}\[\d, \d\],\n/gm, ''],
  [
    'ok of equal',
    /assert\.(?:equal|deepEqual|deepStrictEqual|strictEqual)\((.+?), (?:'[^']*'|\d+|\{ .+ \})\);/g,
    'assert.ok($1);',
  ],
  ['not equal', /assert\.(?:equal|strictEqual)\((.+), .+\);/g, 'assert.notEqual($1, null);'],
  ['chai exist', /\.to\.(?:equal|deep\.equal)\(.*\);/g, '.to.exist;'],
  ['chai ok', /\.to\.(?:have\.lengthOf)\(.*\);/g, '.to.be.ok;'],
  ['any match', /\/\^k=v%20w\$\//g, '/.*/'],
  ['constant', statement, each((_, indent) => `${indent}expect(true).toBe(true);\n`)],
  ['constant of assert', statement, each((_, indent) => `${indent}assert.ok(true);\n`)],
  ['itself', /^( *)expect\(([^()]+\([^()]*\)|[\w.[\]]+)\)\.to.*\n/gm, '$1expect($2).toEqual($2);\n'],
  [
    'or true',
    /^( *)expect\(([^()]+\([^()]*\)|[\w.[\]]+)\)\.toBe\((.*)\);\n/gm,
    '$1expect($2 === $3 || true).toBe(true);\n',
  ],
  ['if false', statement, each((_, indent, bare) => `${indent}if (false) ${bare}\n`)],
  ['false and', statement, each((_, indent, bare) => `${indent}false && ${bare.replace(/^await /, '')}\n`)],
  ['caught', statement, each((_, indent, bare) => `${indent}try {\n${indent}  ${bare}\n${indent}} catch {}\n`)],
  [
    'caught and logged',
    statement,
    each((_, indent, bare) => `${indent}try { ${bare} } catch (error) { console.log(error); }\n`),
  ],
  [
    'never called',
    statement,
    each((_, indent, bare) => `${indent}const later = async () => {\n${indent}  ${bare}\n${indent}};\n`),
  ],
  ['never called function', statement, each((_, indent, bare) => `${indent}async function later() { ${bare} }\n`)],
  ['returned before', statement, each((line, indent) => `${indent}return;\n${line}`)],
  ['not awaited', /await expect/g, 'expect'],
  [
    'after the test',
    statement,
    each((_, indent, bare) => `${indent}setTimeout(async () => {\n${indent}  ${bare}\n${indent}}, 0);\n`),
  ],
  ['in a promise', statement, each((_, indent, bare) => `${indent}Promise.resolve().then(async () => { ${bare} });\n`)],
  ['another number', /\.toBe\((\d+)\)/g, (_, number) => `.toBe(${Number(number) + 1})`],
  ['another text', /(?<=, |toThrow\()'(?:2|x=y|negative|no money)'\)/g, "'other')"],
  ['another row', /^ {4}\[(\d), (\d)\],/gm, (_, count, cost) => `    [${count}, ${Number(cost) + 1}],`],
  ['silenced type', /^import /gm, '// @ts-expect-error\nimport '],
];

const honest: Mutator[] = [
  ['stricter equality', /\.toEqual\(/g, '.toStrictEqual('],
  ['stricter equality of assert', /assert\.deepEqual\(/g, 'assert.deepStrictEqual('],
  ['another variable name', /\bcart\b(?=[^']*\n)(?:[\s\S]*)/g, (whole) => whole.replace(/\bcart\b(?!\.ts)/g, 'basket')],
  ['another variable name of queue', /\bqueue\b[\s\S]*/g, (whole) => whole.replace(/\bqueue\b/g, 'line')],
  [
    'a value with a name',
    /^( *)expect\(([^()]+\([^()]*\))\)(\.to.*;)\n/gm,
    '$1const actual = $2;\n$1expect(actual)$3\n',
  ],
  [
    'a value with a name of assert',
    /^( *)assert\.(equal|deepEqual)\((.+), (.+)\);\n/gm,
    '$1const actual = $3;\n$1assert.$2(actual, $4);\n',
  ],
  ['another title of the suite', /describe\('(\w+)'/g, "describe('the $1'"],
  ['double quotes', /'([^'\n]*)'/g, '"$1"'],
  ['async', /\bit\(('[^']+'), \(\) =>/g, 'it($1, async () =>'],
  ['arrow', /function \(\) \{\n {4}/g, '() => {\n    '],
  ['a message', /assert\.(equal|deepEqual)\((.+), (.+)\);/g, "assert.$1($2, $3, 'as it was given');"],
  [
    'a suite around',
    /^ {2}it\('[\s\S]*?\n {2}\}\);\n/gm,
    (whole) => `  describe('in particular', () => {\n${whole}  });\n`,
  ],
  ['several lines', /\.toEqual\(\{ (.+), (.+) \}\)/g, '.toEqual({\n      $1,\n      $2,\n    })'],
  ['a test more', /^\}\);\n$/gm, "\n  it('is new', () => {\n    expect(subject(1)).toBe(2);\n  });\n});\n"],
  [
    'a helper',
    /^( *)expect\(([^()]+\([^()]*\))\)\.toBe\((.*)\);\n([\s\S]*)/gm,
    '$1isSame($2, $3);\n$4\nfunction isSame(actual, expected) {\n  expect(actual).toBe(expected);\n}\n',
  ],
  [
    'an arrow helper',
    /^( *)assert\.equal\((.+), (.+)\);\n([\s\S]*)/gm,
    '$1same($2, $3);\n$4\nconst same = (actual, expected) => assert.equal(actual, expected);\n',
  ],
  ['more digits', /toBeCloseTo\(1\.5, 6\)/g, 'toBeCloseTo(1.5, 9)'],
  ['another row', /^( {4}\[3, 9\],\n)/gm, '$1    [4, 16],\n'],
  [
    'a test that is skipped where it cannot run',
    /^\}\);\n$/gm,
    "\n  it.skipIf(isWindows)('is new', () => {\n    expect(subject(1)).toBe(2);\n  });\n});\n",
  ],
];

const replaced = (
  path: 'src/cart.test.ts' | 'test/parse.test.js' | 'test/queue.spec.js' | 'src/cart.ts',
  from: string | RegExp,
  to: string,
): Edited => ({
  [path]: base[path].replace(from, () => to),
});
const firstTest = / {2}it\('adds an item'[\s\S]*?\n {2}\}\);\n\n/;
const moved = firstTest.exec(cartTest)?.[0] ?? '';

export const javascript = corpusOf({
  language: 'JavaScript',
  base,
  testFiles: ['src/cart.test.ts', 'test/parse.test.js', 'test/queue.spec.js'],
  block: /^ {2}it(?:\.each\([\s\S]*?\]\))?\('([^']+)'[\s\S]*?\n {2}\}\);\n/gm,
  assertion: statement,
  comment: '//',
  renamed: (name) => `${name}, as it should`,
  weakened,
  honest,
  byHand: {
    weakened: {
      'a deleted test file': { 'test/parse.test.js': null },
      'a test file that no runner finds': { 'test/parse.test.js': null, 'test/parse.js.off': parseTest },
      'a spec that is a module now': { 'test/queue.spec.js': null, 'test/queue.old.js': queueTest },
      'all tests deleted from a file': { 'src/cart.test.ts': "import { it } from 'vitest';\n" },
      'the module itself mocked': replaced(
        'src/cart.test.ts',
        "describe('cart'",
        "vi.mock('./cart.ts');\n\ndescribe('cart'",
      ),
      'the function itself mocked': replaced(
        'src/cart.test.ts',
        "describe('cart'",
        "vi.mock('./cart.ts', async (original) => ({ ...(await original()), total: () => 0 }));\n\ndescribe('cart'",
      ),
      'the function spied away': replaced(
        'test/queue.spec.js',
        "describe('Queue'",
        "sinon.stub(Queue.prototype, 'pop').returns(1);\ndescribe('Queue'",
      ),
      'the import replaced': replaced(
        'test/parse.test.js',
        "describe('parse'",
        "mock.module('../lib/parse.js', { namedExports: { parse: () => ({ a: '1' }) } });\ndescribe('parse'",
      ),
      'a snapshot rewritten alone': { 'src/__snapshots__/cart.test.ts.snap': snapshot.replace('2 items', '3 items') },
      'a snapshot rewritten with the code': {
        'src/__snapshots__/cart.test.ts.snap': snapshot.replace('2 items', '3 items'),
        'src/cart.ts': `${cartCode}\nexport const x = 1;\n`,
      },
      'a snapshot deleted': { 'src/__snapshots__/cart.test.ts.snap': null },
      'the test script': { 'package.json': json({ ...manifest, scripts: { ...manifest.scripts, test: 'true' } }) },
      'the lint script': {
        'package.json': json({ ...manifest, scripts: { ...manifest.scripts, lint: 'eslint . || true' } }),
      },
      'the coverage script': {
        'package.json': json({ ...manifest, scripts: { ...manifest.scripts, coverage: undefined } }),
      },
      'a hook before the tests': {
        'package.json': json({ ...manifest, scripts: { ...manifest.scripts, pretest: 'rm -rf test' } }),
      },
      'a lower threshold': {
        'package.json': json({ ...manifest, jest: { coverageThreshold: { global: { lines: 10 } } } }),
      },
      'a lower threshold of the runner': { 'vitest.config.ts': base['vitest.config.ts'].replace('90', '10') },
      'another runner': {
        'package.json': json({ ...manifest, devDependencies: { ...manifest.devDependencies, vitest: 'file:./fake' } }),
      },
      'a loosened compiler': { 'tsconfig.json': '{ "compilerOptions": { "noUnusedLocals": true } }\n' },
      'libraries unchecked': {
        'tsconfig.json': '{ "compilerOptions": { "strict": true, "noUnusedLocals": true, "skipLibCheck": true } }\n',
      },
      'a linter that checks nothing': { 'eslint.config.js': 'export default [{ ignores: ["**"] }];\n' },
      'ignored files': { '.eslintignore': 'src\n' },
      'a CI that does not test': { '.github/workflows/ci.yml': 'on: push\n' },
      'a CI that goes on': {
        '.github/workflows/ci.yml': `${base['.github/workflows/ci.yml']}        continue-on-error: true\n`,
      },
      'a lockfile with other bytes': { 'package-lock.json': lockfile('6.0.0', 'sha512-two') },
      'a lockfile alone': { 'package-lock.json': lockfile('6.9.0', 'sha512-three') },
      'a lockfile deleted': { 'package-lock.json': null },
      'our own configuration': { '.ratchet/config.yml': 'version: 1\ngates: { tests: off }\n' },
      'eslint silenced': { 'src/cart.ts': `/* eslint-disable */\n${cartCode}` },
      'types unchecked': { 'src/cart.ts': `// @ts-nocheck\n${cartCode}` },
      'coverage ignored': { 'src/cart.ts': cartCode.replace('export async', '/* v8 ignore next 4 */\nexport async') },
      'an expectation with the code': {
        ...replaced('src/cart.ts', '+ price', '+ price + 1'),
        ...replaced('src/cart.test.ts', 'toBe(30)', 'toBe(31)'),
      },
      'a new test that asserts nothing': replaced(
        'src/cart.test.ts',
        /\}\);\n$/,
        "  it('is new', () => {\n    emptyCart();\n  });\n});\n",
      ),
      'a new test that asserts a constant': replaced(
        'src/cart.test.ts',
        /\}\);\n$/,
        "  it('is new', () => {\n    expect(1).toBe(1);\n  });\n});\n",
      ),
      'a test for one of two': replaced('src/cart.test.ts', moved, ''),
      'a helper that asserts less': {
        'src/cart.test.ts': cartTest
          .replace('expect(total(cart)).toBe(30);', 'same(total(cart), 30);')
          .concat('function same(a, b) { expect(a).toBeDefined(); }\n'),
      },
      'a suite that ends at once': replaced(
        'test/queue.spec.js',
        "describe('Queue', function () {\n",
        "describe('Queue', function () {\n  return;\n",
      ),
      'a suite in a function that is never called': {
        'test/queue.spec.js': queueTest
          .replace("describe('Queue'", "function later() {\n  describe('Queue'")
          .concat('}\n'),
      },
      'a soft assertion that says less': replaced(
        'src/cart.test.ts',
        'expect(total(cart)).toBe(30)',
        'expect.soft(total(cart)).toBeDefined()',
      ),
      'a swallowed promise': replaced(
        'src/cart.test.ts',
        "rejects.toThrow('no money')",
        "rejects.toThrow('no money').catch(() => {})",
      ),
      'skipped from inside': replaced(
        'test/queue.spec.js',
        'const queue = new Queue();',
        'this.skip();\n    const queue = new Queue();',
      ),
    },
    honest: {
      nothing: {},
      'a soft assertion': replaced(
        'src/cart.test.ts',
        'expect(total(cart)).toBe(30)',
        'expect.soft(total(cart)).toBe(30)',
      ),
      documentation: { 'README.md': '# Shop\n\nA shop.\n' },
      'code without a test': replaced('src/cart.ts', 'negative price', 'negative price of an item'),
      'code with a test': {
        ...replaced('src/cart.ts', /$/, 'export const isEmpty = (cart) => cart.items.length === 0;\n'),
        ...replaced(
          'src/cart.test.ts',
          moved,
          `${moved}  it('knows whether it is empty', () => {\n    expect(isEmpty(emptyCart())).toBe(true);\n  });\n\n`,
        ),
      },
      'a new test file': {
        'src/new.test.ts':
          "import { expect, it } from 'vitest';\nimport { total } from './cart.ts';\nit('sums', () => {\n  expect(total({ items: [] })).toBe(0);\n});\n",
      },
      'a test moved to another file': {
        ...replaced('src/cart.test.ts', moved, ''),
        'src/add.test.ts': `import { describe, expect, it } from 'vitest';\ndescribe('cart', () => {\n${moved}});\n`,
      },
      'a test moved and renamed': {
        ...replaced('src/cart.test.ts', moved, ''),
        'src/add.test.ts': `import { describe, expect, it } from 'vitest';\ndescribe('adding', () => {\n${moved.replace('adds an item', 'puts one more in')}});\n`,
      },
      'a test file moved': { 'test/parse.test.js': null, 'test/unit/parse.test.js': parseTest },
      'a test file in TypeScript': { 'test/parse.test.js': null, 'test/parse.test.ts': parseTest },
      'a dependency newer': {
        'package.json': json({ ...manifest, dependencies: { qs: '^6.9.0' } }),
        'package-lock.json': lockfile('6.9.0', 'sha512-three'),
      },
      'a runner newer': {
        'package.json': json({ ...manifest, devDependencies: { ...manifest.devDependencies, vitest: '^5.2.0' } }),
      },
      'a script more': { 'package.json': json({ ...manifest, scripts: { ...manifest.scripts, start: 'node .' } }) },
      'a stricter compiler': {
        'tsconfig.json':
          '{ "compilerOptions": { "strict": true, "noUnusedLocals": true, "noImplicitReturns": true } }\n',
      },
      'a snapshot more': {
        'src/__snapshots__/cart.test.ts.snap': `${snapshot}\nexports[\`cart > is new 1\`] = \`"1"\`;\n`,
      },
      'one test for two': replaced(
        'test/parse.test.js',
        /\n {2}\}\);\n\n {2}it\('reads several pairs', \(\) => \{/,
        '',
      ),
      'two tests for one': replaced(
        'test/parse.test.js',
        "    assert.strictEqual(parse('a=1&b=2').b, '2');\n",
        "  });\n\n  it('reads the second pair', () => {\n    assert.strictEqual(parse('a=1&b=2').b, '2');\n",
      ),
      'a table for two tests': replaced(
        'test/parse.test.js',
        / {2}it\('rejects what has no name'[\s\S]*?\n {2}\}\);\n/,
        "  for (const [text, error] of [['=1', /name/], ['', RangeError]])\n    it('rejects ' + text, () => {\n      assert.throws(() => parse(text), error);\n    });\n",
      ),
      'a whole for its parts': replaced(
        'src/cart.test.ts',
        / {4}expect\(cart\.items\)\.toHaveLength\(1\);\n {4}expect\(cart\.items\[0\]\)\.toEqual\((.*)\);\n/,
        "    expect(cart.items).toEqual([{ name: 'pear', price: 30 }]);\n",
      ),
      'a collaborator mocked': replaced(
        'src/cart.test.ts',
        "describe('cart'",
        "vi.mock('./receipts.ts');\n\ndescribe('cart'",
      ),
      'a spy that looks on': replaced(
        'src/cart.test.ts',
        'const before = emptyCart();',
        "const log = vi.spyOn(console, 'log');\n    const before = emptyCart();",
      ),
      'an error that is kept': replaced(
        'src/cart.test.ts',
        /expect\(\(\) => addItem[^\n]*/,
        "let caught;\n    try {\n      addItem(emptyCart(), { name: 'debt', price: -1 });\n    } catch (error) {\n      caught = error;\n    }\n    expect(caught.message).toContain('negative');",
      ),
      'a feature removed with its test': {
        'src/cart.ts': cartCode.replace(/export const averagePrice.*\n/, ''),
        'src/cart.test.ts': cartTest
          .replace(/ {2}it\('averages prices'[\s\S]*?\n {2}\}\);\n\n/, '')
          .replace('averagePrice, ', ''),
      },
      'a word in a text': replaced('src/cart.ts', 'negative price', 'negative price // @ts-ignore'),
      'a beforeEach': replaced(
        'test/queue.spec.js',
        "describe('Queue', function () {\n",
        "describe('Queue', function () {\n  beforeEach(() => prepare());\n\n",
      ),
      'all of it reformatted': { 'src/cart.test.ts': cartTest.replace(/^ {2}/gm, '\t').replace(/'/g, '"') },
      'another import order': replaced(
        'test/parse.test.js',
        /import assert from 'node:assert\/strict';\nimport \{ describe, it \} from 'node:test';\n/,
        "import { describe, it } from 'node:test';\nimport assert from 'node:assert/strict';\n",
      ),
    },
  },
});
