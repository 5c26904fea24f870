// Arithmetic of budgets, without zod, since the editor loads it at start.
import type { Budget } from './config.ts';

/** A budget `factor` times as large; how often a step is repaired, and in how many ways it is tried, stays. */
export const timesBudget = (budget: Budget, factor: number): Budget => ({
  turns: Math.ceil(budget.turns * factor),
  tokens: Math.ceil(budget.tokens * factor),
  usd: budget.usd * factor,
  wallMinutes: budget.wallMinutes * factor,
  repairs: budget.repairs,
  ways: budget.ways,
});

/** In each respect the larger of two. */
export const largerBudget = (a: Budget, b: Budget): Budget => ({
  turns: Math.max(a.turns, b.turns),
  tokens: Math.max(a.tokens, b.tokens),
  usd: Math.max(a.usd, b.usd),
  wallMinutes: Math.max(a.wallMinutes, b.wallMinutes),
  repairs: Math.max(a.repairs, b.repairs),
  ways: Math.max(a.ways, b.ways),
});
