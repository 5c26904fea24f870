// What a run has spent and whether it may go on. Pure: it counts journal entries, never a clock.
import type { Budget } from '../protocol/config.ts';
import type { JournalEntry } from '../protocol/journal.ts';

/** `workedMs`: time with an activity under way. Waiting for a person, and lying dead between hosts, is free. */
export interface Spent {
  readonly turns: number;
  readonly tokens: number;
  readonly usd: number;
  readonly workedMs: number;
  readonly openActivities: number;
  readonly lastAt: number;
}

export const nothingSpent: Spent = { turns: 0, tokens: 0, usd: 0, workedMs: 0, openActivities: 0, lastAt: 0 };

export function spend(spent: Spent, entry: JournalEntry): Spent {
  const { event } = entry;
  const worked = spent.openActivities > 0 && event.type !== 'runResumed' ? Math.max(0, entry.at - spent.lastAt) : 0;
  const next = { ...spent, workedMs: spent.workedMs + worked, lastAt: entry.at };
  switch (event.type) {
    case 'activityScheduled':
      return { ...next, openActivities: spent.openActivities + 1 };
    case 'activityFailed':
      return { ...next, openActivities: spent.openActivities - 1 };
    case 'activityCompleted': {
      const done = { ...next, openActivities: spent.openActivities - 1 };
      if (event.usage === null) return done;
      return {
        ...done,
        turns: done.turns + 1,
        tokens: done.tokens + event.usage.inputTokens + event.usage.outputTokens,
        usd: done.usd + event.usage.costUsd,
      };
    }
    default:
      return next;
  }
}

/** A sentence that names the exhausted budget, or null while there is some left. */
export function exhausted(budget: Budget, spent: Spent): string | null {
  if (spent.turns >= budget.turns) return `The run used its ${budget.turns} answers (budgets.turns).`;
  if (spent.tokens >= budget.tokens) return `The run used ${spent.tokens} of ${budget.tokens} tokens (budgets.tokens).`;
  if (spent.usd >= budget.usd)
    return `The run cost $${spent.usd.toFixed(2)} of $${budget.usd.toFixed(2)} (budgets.usd).`;
  if (spent.workedMs >= budget.wallMinutes * 60_000)
    return `The run worked ${Math.round(spent.workedMs / 60_000)} of ${budget.wallMinutes} minutes (budgets.wallMinutes).`;
  return null;
}
