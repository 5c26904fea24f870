import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cents, formatCents, percentOf } from '../src/domain/money.ts';

describe('money', () => {
  it('formats cents', () => {
    assert.equal(formatCents(490), '4.90');
    assert.equal(formatCents(5), '0.05');
    assert.equal(formatCents(-1250), '-12.50');
  });

  it('refuses fractions of a cent', () => {
    assert.throws(() => cents(1.5), RangeError);
  });

  it('rounds shares half up', () => {
    assert.equal(percentOf(150, 1), 2);
    assert.equal(percentOf(149, 1), 1);
  });
});
