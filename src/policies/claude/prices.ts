// What tokens cost, in US dollars per million, by model family. Estimates for the budget, not an invoice: list prices of
// the Anthropic price page as of late 2025. Cache writes cost 1.25 times and cache reads 0.1 times the input price.
import type { Usage } from '../../protocol/policy.ts';

interface Price {
  readonly input: number;
  readonly output: number;
}

const families: readonly (readonly [RegExp, Price])[] = [
  [/haiku/, { input: 1, output: 5 }],
  [/sonnet/, { input: 3, output: 15 }],
  [/opus/, { input: 5, output: 25 }],
];
/** For a model of unknown family: rather too much than a budget that does not stop. */
const unknown: Price = { input: 15, output: 75 };

/** `inputTokens` are those outside of the cache. */
export function costOf(model: string, usage: Omit<Usage, 'costUsd' | 'requests'>): number {
  const price = families.find(([pattern]) => pattern.test(model))?.[1] ?? unknown;
  const input = usage.inputTokens + 1.25 * usage.cacheWriteTokens + 0.1 * usage.cacheReadTokens;
  return (input * price.input + usage.outputTokens * price.output) / 1_000_000;
}
