// What is said to a model between its turns, beside what its tools gave.
import { redactSecrets } from '../redact.ts';

/** What the person said while it worked. */
export const commentText = (comment: string): string =>
  `The person who supervises you says, and you follow it within your step:\n${redactSecrets(comment)}`;

/** What is said to a model that called nothing. */
export const nudge = (stopReason: string): string =>
  stopReason === 'max_tokens'
    ? 'Your answer was cut off. Go on with smaller steps: one tool call at a time.'
    : 'Go on: call a tool, or call finish when the step is done.';
