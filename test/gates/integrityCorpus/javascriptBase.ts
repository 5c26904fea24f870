// The small project that the JavaScript corpus changes: vitest, node:assert and chai.
export const cartTest = `import { describe, expect, it, vi } from 'vitest';
import { addItem, averagePrice, checkout, emptyCart, total } from './cart.ts';

describe('cart', () => {
  it('starts empty', () => {
    const cart = emptyCart();
    expect(cart.items).toEqual([]);
    expect(total(cart)).toBe(0);
  });

  it('adds an item', () => {
    const cart = addItem(emptyCart(), { name: 'pear', price: 30 });
    expect(cart.items).toHaveLength(1);
    expect(cart.items[0]).toEqual({ name: 'pear', price: 30 });
    expect(total(cart)).toBe(30);
  });

  it('keeps the old cart as it was', () => {
    const before = emptyCart();
    addItem(before, { name: 'plum', price: 12 });
    expect(before.items).toEqual([]);
  });

  it('refuses a negative price', () => {
    expect(() => addItem(emptyCart(), { name: 'debt', price: -1 })).toThrow('negative');
  });

  it('averages prices', () => {
    const cart = addItem(addItem(emptyCart(), { name: 'a', price: 1 }), { name: 'b', price: 2 });
    expect(averagePrice(cart)).toBeCloseTo(1.5, 6);
    expect(averagePrice(cart)).toBeGreaterThan(1.4);
  });

  it.each([
    [1, 1],
    [2, 4],
    [3, 9],
  ])('counts %i items', (count, cost) => {
    let cart = emptyCart();
    for (let index = 0; index < count; index += 1) cart = addItem(cart, { name: 'x', price: count });
    expect(total(cart)).toBe(cost);
  });

  it('pays', async () => {
    const pay = vi.fn().mockResolvedValue({ id: 'receipt' });
    await expect(checkout(emptyCart(), pay)).resolves.toEqual({ id: 'receipt', sum: 0 });
    expect(pay).toHaveBeenCalledWith(0);
    await expect(checkout(emptyCart(), () => Promise.reject(new Error('no money')))).rejects.toThrow('no money');
  });
});
`;

export const parseTest = `import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse, render } from '../lib/parse.js';

describe('parse', () => {
  it('reads a pair', () => {
    const result = parse('a=1');
    assert.deepEqual(result, { a: '1' });
    assert.equal(Object.keys(result).length, 1);
  });

  it('reads several pairs', () => {
    assert.deepStrictEqual(parse('a=1&b=2'), { a: '1', b: '2' });
    assert.strictEqual(parse('a=1&b=2').b, '2');
  });

  it('rejects what has no name', () => {
    assert.throws(() => parse('=1'), /name/);
    assert.throws(() => parse(''), RangeError);
  });

  it('renders what it has read', () => {
    assert.equal(render(parse('x=y')), 'x=y');
    assert.match(render({ k: 'v w' }), /^k=v%20w$/);
    assert.ok(render({ a: '1' }).length === 3);
  });
});
`;

export const queueTest = `const { expect } = require('chai');
const { Queue } = require('../src/queue');

describe('Queue', function () {
  it('gives back in order', function () {
    const queue = new Queue();
    queue.push(1);
    queue.push(2);
    expect(queue.pop()).to.equal(1);
    expect(queue.pop()).to.equal(2);
  });

  it('knows its size', function () {
    const queue = new Queue([1, 2, 3]);
    expect(queue).to.have.lengthOf(3);
    expect(queue.toArray()).to.deep.equal([1, 2, 3]);
    expect(queue.isEmpty()).to.be.false;
  });

  it('refuses to pop nothing', function () {
    expect(() => new Queue().pop()).to.throw(RangeError);
  });
});
`;

export const cartCode = `export const emptyCart = () => ({ items: [] });
export const addItem = (cart, item) => {
  if (item.price < 0) throw new Error('negative price');
  return { items: [...cart.items, item] };
};
export const total = (cart) => cart.items.reduce((sum, { price }) => sum + price, 0);
export const averagePrice = (cart) => total(cart) / cart.items.length;
export async function checkout(cart, pay) {
  const receipt = await pay(total(cart));
  return { ...receipt, sum: total(cart) };
}
`;

export const snapshot = `// Vitest Snapshot v1

exports[\`cart > prints 1\`] = \`"2 items"\`;

exports[\`cart > prints nothing 1\`] = \`"empty"\`;
`;

export const manifest = {
  name: 'shop',
  scripts: { test: 'vitest run', lint: 'eslint .', build: 'tsc -p .', coverage: 'vitest run --coverage' },
  dependencies: { qs: '^6.0.0' },
  devDependencies: { vitest: '^5.0.0', eslint: '^9.0.0' },
  jest: { coverageThreshold: { global: { lines: 90 } } },
};
export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export const lockfile = (version: string, integrity: string): string =>
  json({
    lockfileVersion: 3,
    packages: {
      '': { name: 'shop' },
      'node_modules/qs': { version, integrity, resolved: 'https://packages.example.com/qs' },
    },
  });

export const base = {
  'src/cart.ts': cartCode,
  'src/cart.test.ts': cartTest,
  'lib/parse.js': 'export const parse = (text) => text;\nexport const render = (value) => String(value);\n',
  'test/parse.test.js': parseTest,
  'src/queue.js': 'class Queue { pop() { return 1; } }\nmodule.exports = { Queue };\n',
  'test/queue.spec.js': queueTest,
  'src/__snapshots__/cart.test.ts.snap': snapshot,
  'package.json': json(manifest),
  'package-lock.json': lockfile('6.0.0', 'sha512-one'),
  'vitest.config.ts': 'export default { test: { coverage: { thresholds: { lines: 90 } } } };\n',
  'eslint.config.js': 'export default [];\n',
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "noUnusedLocals": true } }\n',
  '.github/workflows/ci.yml': 'on: push\njobs:\n  test:\n    steps:\n      - run: npm test\n',
  'README.md': '# Shop\n',
};
