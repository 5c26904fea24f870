// Why a gate's own rules are there, in words for a person. Rules of a repository bring their own rationale.
import type { GateName } from '../protocol/verdict.ts';

const texts: Readonly<Record<GateName, string>> = {
  tests:
    "The tests gate runs the project's own test command on the base and on the change, each in a worktree. A test that fails, is gone, is skipped now, or was made flaky by the change fails the gate, and a run without any test proves nothing.",
  integrity:
    'The integrity gate holds that a change does not weaken what judges it: tests, assertions, suppressions, recorded expectations, and the configuration of tests, linters, continuous integration and Ratchet itself. A change like this can be right. It is shown so that a person decides it, and not the change.',
  invariants:
    'The invariants gate holds the rules of .ratchet/invariants against the change. Violations of before are tolerated by .ratchet/baseline.tsv, which may only shrink. What cannot be verified is unproven.',
  observability:
    'The observability gate compares spans, metrics and logs of the test run with the rules for traces and with the base.',
  spec: 'The spec gate compares documents with the code they speak of.',
  contract:
    'The contract gate asks for evidence of each item of the feature contract: behaviour, physics and deployment.',
};

/** undefined for a rule that is none of a gate's own. */
export function explainGate(rule: string): string | undefined {
  const [gate] = rule.split('/');
  return Object.entries(texts).find(([name]) => name === gate)?.[1];
}
