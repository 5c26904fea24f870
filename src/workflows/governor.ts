// Whether another attempt can be expected to help. Pure: it knows trees and findings, never what the policy says of itself.
import { canonicalJson } from '../protocol/canonicalJson.ts';
import type { ToolCall } from '../protocol/gym.ts';
import type { Finding } from '../protocol/verdict.ts';

/** What an attempt at a step left behind. */
export interface Attempt {
  readonly tree: string;
  readonly findings: readonly Finding[];
}

/** Attempts in a row that may fail in the very same way. */
const maxAlike = 3;

/** Why one more repair would be a waste, or null. The newest attempt is the last, and it has failed. */
export function reasonToStop(attempts: readonly Attempt[]): string | null {
  const last = attempts.at(-1);
  const before = attempts.slice(0, -1);
  if (last === undefined || before.length === 0) return null;
  const same = before.findIndex(({ tree }) => tree === last.tree);
  if (same === before.length - 1) return 'the repair changed nothing';
  if (same >= 0) return `the repair came back to what attempt ${same + 1} had left`;
  const alike = attempts.slice(-maxAlike).map(failing);
  if (attempts.length >= maxAlike && new Set(alike).size === 1) return `${maxAlike} attempts failed in the same way`;
  return null;
}

/** The set of what fails, whatever its order and its line numbers. */
function failing({ findings }: Attempt): string {
  const keys = findings.map(({ gate, rule, path, message }) => canonicalJson([gate, rule, path ?? null, message]));
  return [...new Set(keys)].sort().join('\n');
}

/** The same action with the same answer on the same tree: after so many the policy is told, and after so many it ends. */
const repeatsUntilTold = 3;
const repeatsUntilEnded = 6;

/** Sees actions that go round in a circle within one attempt. */
export class RepetitionWatch {
  readonly #counts = new Map<string, number>();

  /** What to do about this action, which has had this result on this tree. */
  seen(call: ToolCall, result: string, tree: string): 'go on' | 'tell' | 'end' {
    const key = canonicalJson([call.name, call.input ?? null, result, tree]);
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (count >= repeatsUntilEnded) return 'end';
    return count >= repeatsUntilTold ? 'tell' : 'go on';
  }
}
