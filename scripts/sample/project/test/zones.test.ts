import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zoneBetween } from '../src/domain/zones.ts';

describe('zones', () => {
  it('knows the four zones', () => {
    assert.equal(zoneBetween('DE', 'DE'), 'domestic');
    assert.equal(zoneBetween('DE', 'FR'), 'neighbour');
    assert.equal(zoneBetween('DE', 'PT'), 'union');
    assert.equal(zoneBetween('DE', 'US'), 'world');
  });

  it('takes a neighbour outside of the union as a neighbour', () => {
    assert.equal(zoneBetween('DE', 'CH'), 'neighbour');
  });
});
