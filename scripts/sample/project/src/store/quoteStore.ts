// Keeps quotes in memory until they expire.
import { isValid, type Quote } from '../domain/quote.ts';

export class QuoteStore {
  readonly #quotes = new Map<string, Quote>();

  save(quote: Quote): void {
    this.#quotes.set(quote.id, quote);
  }

  /** undefined when there is no such quote, or when it has expired. */
  find(id: string, now: number): Quote | undefined {
    const quote = this.#quotes.get(id);
    return quote !== undefined && isValid(quote, now) ? quote : undefined;
  }

  /** Forgets expired quotes; returns how many. */
  sweep(now: number): number {
    const expired = [...this.#quotes.values()].filter((quote) => !isValid(quote, now));
    for (const { id } of expired) this.#quotes.delete(id);
    return expired.length;
  }
}
