import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isValid, makeQuote, validForMs } from '../src/domain/quote.ts';
import { QuoteStore } from '../src/store/quoteStore.ts';

const parcel = { weightGrams: 800, lengthCm: 30, widthCm: 20, heightCm: 10, from: 'DE', to: 'DE', declaredValue: 0 };

describe('quotes', () => {
  it('hold for a day', () => {
    const made = makeQuote(parcel, 'q1', 1000);
    assert.ok(made.ok);
    assert.equal(made.quote.total, 490);
    assert.equal(isValid(made.quote, 1000 + validForMs - 1), true);
    assert.equal(isValid(made.quote, 1000 + validForMs), false);
  });

  it('tell every problem of a parcel', () => {
    const made = makeQuote({ ...parcel, weightGrams: 0, from: 'x' }, 'q1', 1000);
    assert.deepEqual(made, { ok: false, problems: ['weightGrams must be above 0', 'from must be a country code'] });
  });

  it('are forgotten when they expire', () => {
    const store = new QuoteStore();
    const made = makeQuote(parcel, 'q1', 1000);
    assert.ok(made.ok);
    store.save(made.quote);
    assert.equal(store.find('q1', 2000)?.id, 'q1');
    assert.equal(store.find('q1', 1000 + validForMs), undefined);
    assert.equal(store.sweep(1000 + validForMs), 1);
  });
});
