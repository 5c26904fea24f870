import { describe, expect, it } from 'vitest';
import { costOf } from './prices.ts';

const million = { inputTokens: 1e6, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const output = { ...million, inputTokens: 0, outputTokens: 1e6 };

describe('costOf', () => {
  it('knows the list prices by family and version, behind a gateway too', () => {
    expect(costOf('claude-sonnet-5-5', million)).toBe(2);
    expect(costOf('claude-sonnet-4-6-20260101', million)).toBe(3);
    expect(costOf('claude-opus-5-5', output)).toBe(20);
    expect(costOf('claude-opus-4-8', output)).toBe(25);
    expect(costOf('eu.anthropic.claude-opus-5-5-v1:0', output)).toBe(20);
  });

  it('takes an unknown model for the dearest, so that a budget stops rather too early', () => {
    const known = ['claude-haiku-4-5', 'claude-sonnet-5', 'claude-opus-5', 'claude-fable-5'];
    for (const model of known) expect(costOf('some-model', output)).toBeGreaterThan(costOf(model, output));
  });

  it('counts the cache by the input price, unless prices of its own are given', () => {
    const cached = { ...million, inputTokens: 0, cacheReadTokens: 1e6, cacheWriteTokens: 1e6 };
    expect(costOf('claude-sonnet-5-5', cached)).toBeCloseTo(0.2 + 2.5);
    const prices = { 'claude-sonnet': { input: 1, output: 1, cacheRead: 7, cacheWrite: 9 } };
    expect(costOf('claude-sonnet-5-5', cached, prices)).toBe(16);
  });

  it("prefers one's own prices, and of these the longest match", () => {
    const prices = { claude: { input: 9, output: 9 }, 'claude-sonnet-5': { input: 4, output: 4 } };
    expect(costOf('claude-sonnet-5-5', million, prices)).toBe(4);
    expect(costOf('claude-opus-5', million, prices)).toBe(9);
    expect(costOf('other', million, prices)).toBe(15);
  });
});
