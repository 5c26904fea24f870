// What is believed of hypotheses after experiments: Bayes' rule with stated likelihoods. Pure arithmetic; the order of outcomes
// never matters, and beliefs always add up to one.

/** How likely a prediction comes true if its hypothesis is right, and if it is wrong. `docs/hypotheses.md` says why these. */
export const likelihoods = { ifRight: 0.9, ifWrong: 0.3 };
/** The belief that none of the hypotheses is right, before any experiment. */
export const noneShare = 0.2;
/** The least that a hypothesis begins with: whoever proposes it is not to rule it out. */
const smallestPrior = 0.02;

/** One prediction and whether it came true. `experiment` is the same for what was run in the same way. */
export interface Outcome {
  readonly experiment: string;
  /** The hypothesis whose prediction it was. */
  readonly of: string;
  readonly cameTrue: boolean;
}

export interface Beliefs {
  readonly of: ReadonlyMap<string, number>;
  readonly none: number;
}

/** What a policy said, made to add up to what is left beside `noneShare`. */
export function priorsOf(said: ReadonlyMap<string, number>): Beliefs {
  if (said.size === 0) return { of: new Map(), none: 1 };
  const kept = [...said].map(([id, prior]) => [id, Number.isFinite(prior) ? clamp(prior) : smallestPrior] as const);
  const total = kept.reduce((sum, [, prior]) => sum + prior, 0);
  return { of: new Map(kept.map(([id, prior]) => [id, ((1 - noneShare) * prior) / total])), none: noneShare };
}

/** @param error how often a run of the oracle tells the wrong thing */
export function beliefsAfter(priors: Beliefs, outcomes: readonly Outcome[], error: number): Beliefs {
  const weights = new Map(priors.of);
  let { none } = priors;
  for (const group of grouped(outcomes)) {
    for (const [id, weight] of weights) weights.set(id, weight * likelihood(group, id, error));
    none *= likelihood(group, undefined, error);
  }
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, none);
  return { of: new Map([...weights].map(([id, weight]) => [id, weight / total])), none: none / total };
}

/** Predictions of the same experiment: it was one run, so it counts once, and at most once for each hypothesis. */
function grouped(outcomes: readonly Outcome[]): Map<string, boolean>[] {
  const groups = new Map<string, Map<string, boolean>>();
  for (const { experiment, of, cameTrue } of outcomes) {
    const group = groups.get(experiment) ?? new Map<string, boolean>();
    groups.set(experiment, group);
    const known = group.get(of);
    // Of two predictions of one hypothesis, the one that failed tells more.
    group.set(of, known === undefined ? cameTrue : known && cameTrue);
  }
  return [...groups.values()];
}

/** The chance of what one experiment showed, if this hypothesis is right; without an id, if none of them is. */
function likelihood(group: ReadonlyMap<string, boolean>, id: string | undefined, error: number): number {
  const own = id === undefined ? undefined : group.get(id);
  if (own !== undefined) return chance(own, likelihoods.ifRight, error);
  const [first, ...others] = group.values();
  // Where predictions of others contradict each other, the outcome speaks between those and for nobody else.
  if (first === undefined || others.some((cameTrue) => cameTrue !== first)) return 0.5;
  return chance(first, likelihoods.ifWrong, error);
}

function chance(cameTrue: boolean, rate: number, error: number): number {
  const wrong = Math.min(Math.max(error, 0), 0.5);
  const seen = rate * (1 - wrong) + (1 - rate) * wrong;
  return cameTrue ? seen : 1 - seen;
}

const clamp = (prior: number): number => Math.min(1, Math.max(smallestPrior, prior));
