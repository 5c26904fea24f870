// A quote: a price that holds for a day.
import { type Parcel, parcelProblems } from './parcel.ts';
import { type PriceItem, priceItems, total } from './rates.ts';

export interface Quote {
  readonly id: string;
  readonly parcel: Parcel;
  readonly items: readonly PriceItem[];
  readonly total: number;
  /** Milliseconds since the epoch. */
  readonly validUntil: number;
}

export const validForMs = 24 * 60 * 60 * 1000;

export type QuoteResult =
  | { readonly ok: true; readonly quote: Quote }
  | { readonly ok: false; readonly problems: string[] };

/** `id` and `now` come from outside, so that the domain stays pure. */
export function makeQuote(parcel: Parcel, id: string, now: number): QuoteResult {
  const problems = parcelProblems(parcel);
  if (problems.length > 0) return { ok: false, problems };
  const items = priceItems(parcel);
  return { ok: true, quote: { id, parcel, items, total: total(items), validUntil: now + validForMs } };
}

export const isValid = (quote: Quote, now: number): boolean => now < quote.validUntil;
