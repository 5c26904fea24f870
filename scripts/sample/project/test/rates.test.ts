import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Parcel } from '../src/domain/parcel.ts';
import { basePrice, priceItems, total } from '../src/domain/rates.ts';

const parcel: Parcel = {
  weightGrams: 800,
  lengthCm: 30,
  widthCm: 20,
  heightCm: 10,
  from: 'DE',
  to: 'DE',
  declaredValue: 0,
};

describe('rates', () => {
  it('counts a started kilogram as a whole one', () => {
    assert.equal(basePrice('domestic', 1000), 490);
    assert.equal(basePrice('domestic', 1001), 570);
    assert.equal(basePrice('world', 3000), 3990);
  });

  it('adds a surcharge for bulky parcels', () => {
    const items = priceItems({ ...parcel, lengthCm: 180, widthCm: 40, heightCm: 30 });
    assert.deepEqual(items.at(-1), { label: 'bulky', amount: 1900 });
  });

  it('insures for one percent and at least 1.50', () => {
    assert.equal(priceItems({ ...parcel, declaredValue: 5000 }).at(-1)?.amount, 150);
    assert.equal(priceItems({ ...parcel, declaredValue: 50_000 }).at(-1)?.amount, 500);
  });

  it('sums up', () => {
    assert.equal(total(priceItems({ ...parcel, declaredValue: 50_000 })), 990);
  });
});
