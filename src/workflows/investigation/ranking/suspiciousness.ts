// How suspicious what tests run through is, from counts alone: formulas of the literature on spectrum-based fault localisation.
// Pure arithmetic. Each is 0 for what no failing test runs through, and grows with failing and falls with passing tests.

export interface Counts {
  /** Failing and passing tests that run through it. */
  readonly failed: number;
  readonly passed: number;
}

export interface Totals {
  readonly failing: number;
  readonly passing: number;
}

/** Ochiai's coefficient (Ochiai 1957), brought to faults by Abreu, Zoeteweij and van Gemund (PRDC 2006). From 0 to 1. */
export function ochiai({ failed, passed }: Counts, { failing }: Totals): number {
  return failed === 0 ? 0 : failed / Math.sqrt(failing * (failed + passed));
}

/** Tarantula (Jones, Harrold and Stasko, ICSE 2002): the share of failing tests against that of passing ones. From 0 to 1. */
export function tarantula({ failed, passed }: Counts, { failing, passing }: Totals): number {
  if (failed === 0) return 0;
  const [bad, good] = [failed / failing, passing === 0 ? 0 : passed / passing];
  return bad / (bad + good);
}

/** D* with the star of 2 (Wong, Debroy, Gao and Li, IEEE Transactions on Reliability 2014). Has no upper end. */
export function dStar({ failed, passed }: Counts, { failing }: Totals): number {
  const others = passed + failing - failed;
  if (failed === 0) return 0;
  return others === 0 ? Number.POSITIVE_INFINITY : failed ** 2 / others;
}

/** Op2, the best formula for a single fault (Naish, Lee and Ramamohanarao, TOSEM 2011). At most the number of failing tests. */
export function op2({ failed, passed }: Counts, { passing }: Totals): number {
  return failed === 0 ? 0 : failed - passed / (passing + 1);
}
