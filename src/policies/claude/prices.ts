// What tokens cost, in US dollars per million. Estimates for the budget, not an invoice: Anthropic's list prices of late
// 2026, which a configuration can override. Never a reason to fail: an unknown model costs the most.
import type { Price } from '../../protocol/config.ts';
import type { Usage } from '../../protocol/policy.ts';

export type Prices = Readonly<Record<string, Price>>;

/** By the beginning of a model's id; the longest match counts. */
const listed: Prices = {
  'claude-haiku-5': { input: 0.5, output: 2.5 },
  'claude-haiku-4': { input: 1, output: 5 },
  'claude-sonnet-5': { input: 2, output: 10 },
  'claude-sonnet': { input: 3, output: 15 },
  'claude-opus-5-5': { input: 4, output: 20 },
  'claude-opus': { input: 5, output: 25 },
  'claude-fable': { input: 10, output: 50 },
};
/** Rather too much than a budget that does not stop. */
const unknown: Price = { input: 15, output: 75 };

const cacheReadFactor = 0.1;
const cacheWriteFactor = 1.25;

/** `inputTokens` are those outside of the cache. */
export function costOf(model: string, usage: Omit<Usage, 'costUsd' | 'requests'>, own: Prices = {}): number {
  const { input, output, cacheRead, cacheWrite } = priceOf(model, own) ?? priceOf(model, listed) ?? unknown;
  const dollars =
    usage.inputTokens * input +
    usage.cacheReadTokens * (cacheRead ?? cacheReadFactor * input) +
    usage.cacheWriteTokens * (cacheWrite ?? cacheWriteFactor * input) +
    usage.outputTokens * output;
  return dollars / 1_000_000;
}

/** Gateways put a region or a vendor before the id, as in `eu.anthropic.claude-…`. */
function priceOf(model: string, prices: Prices): Price | undefined {
  const names = [model, model.slice(Math.max(0, model.indexOf('claude-')))];
  const [best] = Object.keys(prices)
    .filter((start) => names.some((name) => name.startsWith(start)))
    .sort((a, b) => b.length - a.length);
  return best === undefined ? undefined : prices[best];
}
